using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>The project's training runs, newest first; follows them while they go on.</summary>
public sealed partial class RunsView
{
    private const int PageSize = 50;

    private readonly HashSet<Guid> _chosen = [];
    private IReadOnlyList<RunSummary> _runs = [];
    private int _shown = PageSize;
    private int _total;
    private string _text = "";
    private int _archived;
    private bool _showsArchived;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    private string LaunchAddress => $"projects/{ProjectId}/runs/new";

    private string CompareAddress => $"projects/{ProjectId}/runs/compare?{string.Join('&', _chosen.Select(id => $"run={id}"))}";

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Runs, OnSignalAsync, TimeSpan.FromMilliseconds(500))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var all = await Queue.ListAsync(userId, ProjectId, cancellationToken);
        _archived = all.Count(run => run.IsArchived);
        var found = all.Where(run => _showsArchived || !run.IsArchived).Where(IsFound).ToList();
        _total = found.Count;
        _runs = [.. found.Take(_shown)];
    }

    private bool IsFound(RunSummary run) =>
        _text.Length == 0 || run.Tags.Append(run.Name).Any(word => word.Contains(_text, StringComparison.CurrentCultureIgnoreCase));

    private Task FindAsync(string? text)
    {
        _text = text?.Trim() ?? "";
        return ReloadAsync();
    }

    private Task ShowArchivedAsync(bool shows)
    {
        _showsArchived = shows;
        return ReloadAsync();
    }

    private Task ShowMoreAsync()
    {
        _shown += PageSize;
        return ReloadAsync();
    }

    private void Choose(Guid runId, bool isChosen) => _ = isChosen ? _chosen.Add(runId) : _chosen.Remove(runId);
}
