using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using LabelStudio.Web.Api;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>All images of a project: bring them in, find them, act on many. The filter stands in the address.</summary>
public sealed partial class ImagesPage(
    ImageLibrary images, ClassCatalog catalog, ImageIntake intake, CurrentUser user, NavigationManager navigation) : IAsyncDisposable
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private ImageCounts? _counts;
    private FeatureProgress? _features;
    private IReadOnlyList<ClassInfo> _classes = [];
    private IReadOnlyList<ImportBatchInfo> _batches = [];
    private string? _problem;
    private bool? _isUploadOpen;
    private IDisposable? _subscription;

    [Inject]
    public required FeatureWorker Features { get; init; }

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

    [SupplyParameterFromQuery(Name = "suggested")]
    public Guid? Suggested { get; set; }

    [SupplyParameterFromQuery(Name = "atLeast")]
    public int? AtLeast { get; set; }

    [SupplyParameterFromQuery(Name = "against")]
    public Guid? Against { get; set; }

    [SupplyParameterFromQuery(Name = "similar")]
    public long? Similar { get; set; }

    private GridQuery Query => new(State, ClassId, Split, Text, BatchId, Flagged, Sort, Suggested, AtLeast, Against, Similar);

    /// <summary>Open by itself where there is nothing else to see; once opened, an upload goes on while it is folded away.</summary>
    private bool IsUploadOpen => _isUploadOpen ??= _counts is { Total: 0 };

    private string ExportAddress(string format) => $"api/v1/projects/{ProjectId}/export/{format}";

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _closing.CancelAsync();
        _closing.Dispose();
    }

    protected override Task OnInitializedAsync() => ReloadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = Signals.Subscribe(
                ProjectId,
                ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Embeddings,
                () => InvokeAsync(ReloadAsync),
                RefreshInterval);
        }
    }

    private void Navigate(GridQuery query) =>
        navigation.NavigateTo($"projects/{ProjectId}/images?{query.ToQueryString()}", replace: true);

    private async Task ReloadAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        try
        {
            var userId = await user.IdAsync();
            _counts = await images.CountsAsync(userId, ProjectId, _closing.Token);
            _classes = await catalog.ListAsync(userId, ProjectId, _closing.Token);
            _batches = await intake.BatchesAsync(userId, ProjectId, _closing.Token);
            _features = Features.Progress(ProjectId);
            _problem = null;
        }
        catch (StudioException error)
        {
            _problem = error.Message;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        StateHasChanged();
    }
}
