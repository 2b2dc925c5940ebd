using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using LabelStudio.Web.Api;
using LabelStudio.Web.Components;
using LabelStudio.Web.Interop;
using LabelStudio.Web.Pages.Classes;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>Frame of <c>image-grid.js</c>, which draws the tiles in sight and acts on the selected ones.</summary>
public sealed partial class ImageGrid(ChangeSignals signals, IJSRuntime js, IDialogService dialogs, TrashDeletion trash) : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closing = new();
    private readonly ModuleView _view = new(js, "grid/image-grid.js");
    private ElementReference _root;
    private IDisposable? _subscription;
    private bool _changedBeforeStart;
    private IReadOnlyList<GridClass> _sent = [];
    private string? _sentQuery;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required GridQuery Query { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ClassInfo> Classes { get; set; }

    /// <summary>False: the project hides what the model thinks from this person.</summary>
    [Parameter]
    public bool OffersSuggestions { get; set; } = true;

    [CascadingParameter]
    public required ProjectContext Context { get; set; }

    [Inject]
    public required RecheckOffer Offer { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required ClassCatalog Catalog { get; init; }

    private bool TakesSeveral => Context.Details.TakesSeveralClasses;

    private bool CanLabel => Context.Allows(StudioRight.Label);

    private bool CanDelete => Context.Allows(StudioRight.ManageProject);

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public async Task OpenDetailsAsync(long imageId) => await ImageDialog.ShowAsync(dialogs, imageId, Classes);

    /// <summary>Called by the module: a class for the images that are selected, of which there may be none.</summary>
    /// <returns>The new class; null: the person thought better of it.</returns>
    [JSInvokable]
    public async Task<GridClass?> CreateClassAsync(int selected)
    {
        if (await ClassDialog.CreateAsync(dialogs, ProjectId, Classes, selected > 0 && !TakesSeveral ? "Create and label" : "Create") is not { } created)
        {
            return null;
        }

        await Offer.MakeAsync(await User.IdAsync(), ProjectId, created, _closing.Token);
        return GridClass.Of(created);
    }

    /// <summary>Called by the module after an action of its own, which may have made combinations that the page does not know yet.</summary>
    [JSInvokable]
    public async Task<IReadOnlyList<GridClass>> ReadClassesAsync() =>
        GridClass.Of(await ClassesNowAsync());

    /// <summary>Called by the module before it changes very many images, or such as have a label.</summary>
    [JSInvokable]
    public async Task<bool> ConfirmChangeAsync(ChangePreview preview)
    {
        ArgumentNullException.ThrowIfNull(preview);
        return !preview.NeedsAnswer || await dialogs.ShowMessageBoxAsync(
            preview.Question, preview.Text(await ClassesNowAsync()), yesText: "Change them", cancelText: "Cancel") == true;
    }

    /// <summary>Called by the module before it adds classes to images that have a label, or takes some away.</summary>
    [JSInvokable]
    public async Task<bool> ConfirmSetChangeAsync(SetChangePreview preview)
    {
        ArgumentNullException.ThrowIfNull(preview);
        var classes = await ClassesNowAsync();
        return !preview.NeedsAnswer(classes) || await dialogs.ShowMessageBoxAsync(
            preview.Question, preview.Text(classes), yesText: "Change them", cancelText: "Cancel") == true;
    }

    /// <summary>Called by the module before it deletes.</summary>
    [JSInvokable]
    public async Task<bool> ConfirmDeleteAsync(int count)
    {
        var isSure = await dialogs.ShowMessageBoxAsync(
            $"Move {count:N0} {(count == 1 ? "image" : "images")} to the trash?",
            $"They can be restored with their labels and history for {trash.Days} days. To leave images out of training and keep them in sight, discard them instead.",
            yesText: "Move to the trash",
            cancelText: "Cancel");
        return isSure == true;
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _closing.CancelAsync();
        await _view.DisposeAsync();
        _closing.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await StartAsync();
        }

        await SendAsync();
    }

    /// <summary>The action before may have made combinations, of which the page hears a little later.</summary>
    private async Task<IReadOnlyList<ClassInfo>> ClassesNowAsync() => await Catalog.ListAsync(await User.IdAsync(), ProjectId, _closing.Token);

    private async Task StartAsync()
    {
        _sent = GridClass.Of(Classes);
        _sentQuery = Query.ToQueryString();
        var options = new
        {
            projectId = ProjectId,
            query = _sentQuery,
            classes = _sent,
            canLabel = CanLabel,
            canManageClasses = Context.Allows(StudioRight.ManageClasses),
            focusUrl = $"projects/{ProjectId}/label",
        };
        // Subscribed before the module reads: what changes between the two is read again, nothing is missed.
        _subscription = signals.Subscribe(
            ProjectId, ChangeTopic.Images | ChangeTopic.Labels, () => InvokeAsync(RefreshAsync), RefreshInterval);
        await _view.StartAsync(_root, options, this);
        if (_changedBeforeStart)
        {
            await RefreshAsync();
        }
    }

    private async Task SendAsync()
    {
        if (!_view.IsStarted)
        {
            return;
        }

        var query = Query.ToQueryString();
        if (query != _sentQuery)
        {
            _sentQuery = query;
            await _view.InvokeAsync("setFilter", query);
        }

        var classes = GridClass.Of(Classes);
        if (!classes.SequenceEqual(_sent))
        {
            _sent = classes;
            await _view.InvokeAsync("setClasses", classes);
        }
    }

    private Task RefreshAsync()
    {
        _changedBeforeStart = !_view.IsStarted;
        return _view.InvokeAsync("refresh");
    }
}
