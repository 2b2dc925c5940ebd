using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api;
using LabelStudio.Web.Components;
using LabelStudio.Web.Interop;
using LabelStudio.Web.Pages.Labelling;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>Frame of <c>image-grid.js</c>, which draws the tiles in sight and acts on the selected ones.</summary>
public sealed partial class ImageGrid(ChangeSignals signals, IJSRuntime js, IDialogService dialogs) : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closing = new();
    private ElementReference _root;
    private ModuleView? _view;
    private DotNetObjectReference<ImageGrid>? _self;
    private IDisposable? _subscription;
    private IReadOnlyList<LabelClass> _sent = [];
    private string? _sentQuery;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required GridQuery Query { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ClassInfo> Classes { get; set; }

    [CascadingParameter]
    public required ProjectContext Context { get; set; }

    private bool CanLabel => Context.Allows(StudioRight.Label);

    private bool CanDelete => Context.Allows(StudioRight.ManageProject);

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public async Task OpenDetailsAsync(long imageId) => await ImageDialog.ShowAsync(dialogs, imageId, Classes);

    /// <summary>Called by the module before it deletes.</summary>
    [JSInvokable]
    public async Task<bool> ConfirmDeleteAsync(int count)
    {
        var isSure = await dialogs.ShowMessageBoxAsync(
            $"Delete {count:N0} {(count == 1 ? "image" : "images")}?",
            "They are deleted for good, with their labels and history. To leave images out of training and keep them, discard them instead.",
            yesText: "Delete",
            cancelText: "Cancel");
        return isSure == true;
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _closing.CancelAsync();
        if (_view is not null)
        {
            await _view.DisposeAsync();
        }

        _self?.Dispose();
        _closing.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                await StartAsync();
            }

            await SendAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or JSDisconnectedException or ObjectDisposedException)
        {
            // The page was left meanwhile.
        }
    }

    private async Task StartAsync()
    {
        _self = DotNetObjectReference.Create(this);
        _sent = LabelClass.Of(Classes);
        _sentQuery = Query.ToQueryString();
        var options = new
        {
            projectId = ProjectId,
            query = _sentQuery,
            classes = _sent,
            canLabel = CanLabel,
            focusUrl = $"projects/{ProjectId}/label",
        };
        _view = await ModuleView.StartAsync(js, "grid/image-grid.js", _root, options, _self, _closing.Token);
        _subscription = signals.Subscribe(
            ProjectId, ChangeTopic.Images | ChangeTopic.Labels, () => InvokeAsync(RefreshAsync), RefreshInterval);
    }

    private async Task SendAsync()
    {
        if (_view is null)
        {
            return;
        }

        var query = Query.ToQueryString();
        if (query != _sentQuery)
        {
            _sentQuery = query;
            await _view.InvokeAsync("setFilter", _closing.Token, query);
        }

        var classes = LabelClass.Of(Classes);
        if (!classes.SequenceEqual(_sent))
        {
            _sent = classes;
            await _view.InvokeAsync("setClasses", _closing.Token, classes);
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            if (_view is not null && !_closing.IsCancellationRequested)
            {
                await _view.InvokeAsync("refresh", _closing.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or JSDisconnectedException or ObjectDisposedException)
        {
            // The page was left meanwhile.
        }
    }
}
