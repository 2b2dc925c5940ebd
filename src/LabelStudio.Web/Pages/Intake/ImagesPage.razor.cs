using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>All images of a project: bring them in, find them, act on many. The filter stands in the address.</summary>
public sealed partial class ImagesPage(
    ImageLibrary images, ClassCatalog catalog, ImageIntake intake, NavigationManager navigation)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private ImageCounts? _counts;
    private FeatureProgress? _features;
    private IReadOnlyList<ClassInfo> _classes = [];
    private IReadOnlyList<ImportBatchInfo> _batches = [];
    private bool? _isUploadOpen;
    private int _trashCount;
    private bool _offersSuggestions = true;
    private int? _suggested;
    private int _ownRejected;
    private Guid _userId;

    [Inject]
    public required FeatureWorker Features { get; init; }

    [Inject]
    public required ImageTrash Trash { get; init; }

    [Inject]
    public required QualityPlans Plans { get; init; }

    [Inject]
    public required ReviewStates Reviews { get; init; }

    [Inject]
    public required SuggestionService Suggestions { get; init; }

    [Inject]
    public required ChangeSignals Signals { get; init; }

    [SupplyParameterFromQuery(Name = "state")]
    public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "class")]
    public Guid? ClassId { get; set; }

    [SupplyParameterFromQuery(Name = "split")]
    public string? Split { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "batch")]
    public Guid? BatchId { get; set; }

    [SupplyParameterFromQuery(Name = "flagged")]
    public bool? Flagged { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "group")]
    public string? Group { get; set; }

    [SupplyParameterFromQuery(Name = "suggested")]
    public Guid? Suggested { get; set; }

    [SupplyParameterFromQuery(Name = "atLeast")]
    public int? AtLeast { get; set; }

    [SupplyParameterFromQuery(Name = "against")]
    public Guid? Against { get; set; }

    [SupplyParameterFromQuery(Name = "similar")]
    public long? Similar { get; set; }

    [SupplyParameterFromQuery(Name = "metaKey")]
    public string? MetaKey { get; set; }

    [SupplyParameterFromQuery(Name = "meta")]
    public string? Meta { get; set; }

    [SupplyParameterFromQuery(Name = "metaFrom")]
    public double? MetaFrom { get; set; }

    [SupplyParameterFromQuery(Name = "metaBelow")]
    public double? MetaBelow { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    public Guid? By { get; set; }

    [SupplyParameterFromQuery(Name = "agrees")]
    public bool? Agrees { get; set; }

    [SupplyParameterFromQuery(Name = "labelledFrom")]
    public DateOnly? LabelledFrom { get; set; }

    [SupplyParameterFromQuery(Name = "labelledTo")]
    public DateOnly? LabelledTo { get; set; }

    [SupplyParameterFromQuery(Name = "addedFrom")]
    public DateOnly? AddedFrom { get; set; }

    [SupplyParameterFromQuery(Name = "addedTo")]
    public DateOnly? AddedTo { get; set; }

    [SupplyParameterFromQuery(Name = "sideFrom")]
    public int? SideFrom { get; set; }

    [SupplyParameterFromQuery(Name = "sideTo")]
    public int? SideTo { get; set; }

    [SupplyParameterFromQuery]
    public string? Reason { get; set; }

    [SupplyParameterFromQuery(Name = "aspect")]
    public string? Aspect { get; set; }

    [SupplyParameterFromQuery(Name = "review")]
    public string? Review { get; set; }

    private GridQuery Query => new(
        State, ClassId, Split, Text, BatchId, Flagged, Sort, Suggested, AtLeast, Against, Similar, MetaKey, Meta, MetaFrom, MetaBelow, Group,
        By, Agrees, LabelledFrom, LabelledTo, AddedFrom, AddedTo, SideFrom, SideTo, Aspect, Review, Reason);

    /// <summary>Open by itself where there is nothing else to see; once opened, an upload goes on while it is folded away.</summary>
    private bool IsUploadOpen => _isUploadOpen ??= _counts is { Total: 0 };

    private string ExportAddress(string format) => $"api/v1/projects/{ProjectId}/export/{format}";

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Embeddings, OnSignalAsync, RefreshInterval)];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _userId = userId;
        _counts = await images.CountsAsync(userId, ProjectId, cancellationToken);
        _classes = await catalog.ListAsync(userId, ProjectId, cancellationToken);
        _batches = await intake.BatchesAsync(userId, ProjectId, cancellationToken);
        _trashCount = await Trash.CountAsync(userId, ProjectId, cancellationToken);
        _offersSuggestions = !await Plans.HideSuggestionsFromAsync(userId, ProjectId, cancellationToken);
        _features = Features.Progress(ProjectId);
        _suggested = await Suggestions.CountAsync(userId, ProjectId, _features is { IsComplete: true, Refused: 0 }, cancellationToken);
        _ownRejected = await Reviews.OwnRejectedAsync(userId, ProjectId, cancellationToken);
    }

    private void Navigate(GridQuery query) =>
        navigation.NavigateTo($"projects/{ProjectId}/images?{query.ToQueryString()}", replace: true);
}
