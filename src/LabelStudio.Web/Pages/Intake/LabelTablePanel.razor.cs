using LabelStudio.Web.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>Frame of <c>label-table.js</c>, which sends the table by plain HTTP and follows the job.</summary>
public sealed partial class LabelTablePanel(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly ModuleView _view = new(js, "intake/label-table.js");
    private ElementReference _root;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>An image may have several classes, or none.</summary>
    [Parameter]
    public bool TakesSeveral { get; set; }

    public ValueTask DisposeAsync() => _view.DisposeAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _view.StartAsync(_root, new { projectId = ProjectId });
        }
    }
}
