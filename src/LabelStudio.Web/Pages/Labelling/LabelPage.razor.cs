using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Interop;
using LabelStudio.Web.Pages.Classes;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace LabelStudio.Web.Pages.Labelling;

/// <summary>
/// Draws the frame and the classes, which follow every change. Keys, the picture and the saving live in
/// <c>focus-view.js</c>, so that a lost circuit costs no label.
/// </summary>
public sealed partial class LabelPage(
    ClassCatalog catalog, ImageLibrary images, ChangeSignals signals, IJSRuntime js)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    private IReadOnlyList<ClassInfo> _classes = [];
    // The classes, and behind them their combinations, which images have and nobody chooses as such.
    private IReadOnlyList<ClassInfo> _labels = [];
    private IReadOnlyList<LabelClass> _sent = [];
    private ImageCounts? _counts;
    private ElementReference _root;
    private ModuleView? _view;
    private Guid _userId;
    private (Guid? Recheck, bool Again, bool Skipped, bool TakesSeveral) _startedFor;
    private bool _isStarting;

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required ImageComments Comments { get; init; }

    [Inject]
    public required QualityPlans Plans { get; init; }

    [Inject]
    public required RecheckOffer Offer { get; init; }

    /// <summary>A class: the images that were labelled before it existed are walked through.</summary>
    [SupplyParameterFromQuery(Name = "recheck")]
    public Guid? Recheck { get; set; }

    /// <summary>The images selected in the grid are walked through, whatever their state; the module has them.</summary>
    [SupplyParameterFromQuery(Name = "again")]
    public bool Again { get; set; }

    /// <summary>The images that the person skipped are walked through.</summary>
    [SupplyParameterFromQuery(Name = "skipped")]
    public bool Skipped { get; set; }

    private string SkippedUrl => $"projects/{ProjectId}/label?skipped=true";

    private bool TakesSeveral => Project.TakesSeveralClasses;

    private (Guid? Recheck, bool Again, bool Skipped, bool TakesSeveral) Stream => (Recheck, Again, Skipped, TakesSeveral);

    private string EnterNote => TakesSeveral
        ? "saves the classes that are chosen; another class is added, or taken away."
        : "keeps the label, another class replaces it.";

    private ClassInfo? RecheckClass => _classes.FirstOrDefault(item => item.Id == Recheck);

    private bool HasWorkspace => Failure is null && _counts is { Total: > 0 } && _classes.Count > 0;

    /// <summary>Called by the module: a class for the image that is on screen.</summary>
    [JSInvokable]
    public async Task OpenNewClassAsync(long imageId)
    {
        var created = await ClassDialog.CreateAsync(Dialogs, ProjectId, _classes, imageId <= 0 ? "Create" : TakesSeveral ? "Create and choose" : "Create and label");
        await ReloadAsync();
        if (created is not null)
        {
            await Offer.MakeAsync(_userId, ProjectId, created, UntilLeft);
        }

        if (_view is not null)
        {
            await _view.InvokeAsync("useNewClass", created?.Id, imageId);
        }
    }

    /// <summary>Called by the module: what people say about the image that is on screen.</summary>
    [JSInvokable]
    public async Task OpenCommentsAsync(long imageId)
    {
        await CommentsDialog.ShowAsync(Dialogs, ProjectId, imageId);
        var open = await Comments.OpenCountsAsync(_userId, ProjectId, [imageId], UntilLeft);
        if (_view is not null)
        {
            await _view.InvokeAsync("setComments", imageId, open.GetValueOrDefault(imageId));
        }
    }

    protected override IEnumerable<IDisposable> Follow() =>
        [signals.Subscribe(ProjectId, ChangeTopic.Classes | ChangeTopic.Labels | ChangeTopic.Images, OnSignalAsync, RefreshInterval)];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _userId = userId;
        var classes = await catalog.ListAsync(userId, ProjectId, cancellationToken);
        _counts = HasWorkspace ? _counts : await images.CountsAsync(userId, ProjectId, cancellationToken);
        _labels = [.. classes.Where(c => !c.IsArchived)];
        _classes = [.. _labels.Where(c => !c.IsCombination)];
        await SendClassesAsync();
    }

    protected override ValueTask LeaveAsync() => _view?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if ((!HasWorkspace || _startedFor != Stream) && _view is { } gone)
        {
            // The last class was archived, or other images are asked for: what the module drew upon is no longer there.
            _view = null;
            _isStarting = false;
            await gone.DisposeAsync();
        }

        if (HasWorkspace && !_isStarting)
        {
            _isStarting = true;
            await StartAsync();
        }
    }

    private async Task StartAsync()
    {
        _sent = LabelClass.Of(_labels);
        var options = new
        {
            projectId = ProjectId,
            userId = _userId,
            order = Project.DefaultOrder.ToString(),
            isBlind = (await Plans.GetAsync(_userId, ProjectId, UntilLeft)).HidesSuggestions,
            canLabel = Allows(StudioRight.Label),
            canManageClasses = Allows(StudioRight.ManageClasses),
            gridUrl = $"projects/{ProjectId}/images?state=unlabelled",
            imagesUrl = $"projects/{ProjectId}/images",
            classes = _sent,
            takesSeveral = TakesSeveral,
            again = Again,
            skipped = Skipped,
            recheck = RecheckClass is { } recheck ? new { recheck.Id, recheck.Name } : null,
        };
        _startedFor = Stream;
        _view = new ModuleView(js, "labelling/focus-view.js");
        await _view.StartAsync(_root, options, this);
    }

    /// <summary>Only what the keys depend on: counts change with every label and are drawn here.</summary>
    private async Task SendClassesAsync()
    {
        var classes = LabelClass.Of(_labels);
        if (_view is { IsStarted: true } && !classes.SequenceEqual(_sent))
        {
            _sent = classes;
            // The buttons of new classes must be there before the module marks the suggested one.
            StateHasChanged();
            await _view.InvokeAsync("setClasses", classes);
        }
    }
}
