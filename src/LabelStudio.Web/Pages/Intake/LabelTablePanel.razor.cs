using LabelStudio.Web.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>Frame of <c>label-table.js</c>, which sends the table by plain HTTP and follows the job.</summary>
public sealed partial class LabelTablePanel(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private ElementReference _root;
    private ModuleView? _view;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_view is not null)
        {
            await _view.DisposeAsync();
        }

        _closing.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            _view = await ModuleView.StartAsync(js, "intake/label-table.js", _root, new { projectId = ProjectId }, page: null, _closing.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or JSDisconnectedException)
        {
            // Left before it had started.
        }
    }
}
