using System.Globalization;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>Frame of <c>upload-panel.js</c>, which sends the files by plain HTTP.</summary>
public sealed partial class UploadPanel(IOptions<StudioOptions> options, IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly ModuleView _view = new(js, "intake/upload-panel.js");
    private ElementReference _root;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>Classes that everything taken in can be labelled with at once.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ClassInfo> Classes { get; set; }

    private IEnumerable<ClassInfo> Choices => Classes.Where(item => item is { IsArchived: false, IsCombination: false });

    private string MaxFile => $"{(options.Value.MaxImageBytes / 1024.0 / 1024.0).ToString("0.#", CultureInfo.CurrentCulture)} MB";

    private string MaxPixels => (options.Value.MaxImagePixels / 1e6).ToString("0.#", CultureInfo.CurrentCulture);

    public ValueTask DisposeAsync() => _view.DisposeAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            var settings = new { projectId = ProjectId, maxFileBytes = options.Value.MaxImageBytes, maxArchiveBytes = options.Value.MaxArchiveBytes };
            await _view.StartAsync(_root, settings);
        }
    }
}
