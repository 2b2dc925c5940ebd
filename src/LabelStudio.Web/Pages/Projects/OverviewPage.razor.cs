using System.Globalization;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;

namespace LabelStudio.Web.Pages.Projects;

public sealed partial class OverviewPage(
    TrainingQueue runs,
    ModelRegistry models,
    FeatureWorker features,
    CurrentUser user,
    ChangeSignals signals) : IAsyncDisposable
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private Guid _shownId;
    private IDisposable? _subscription;
    private IReadOnlyList<ProjectStep>? _steps;
    private ProjectStep? _next;
    private ModelSummary? _production;
    private FeatureProgress? _embeddings;

    protected override async Task OnParametersSetAsync()
    {
        if (_shownId != ProjectId)
        {
            _shownId = ProjectId;
            _subscription?.Dispose();
            _subscription = signals.Subscribe(
                ProjectId,
                ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Embeddings | ChangeTopic.Runs,
                () => InvokeAsync(ReloadAsync),
                ReloadInterval);
        }

        await ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _closing.CancelAsync();
        _closing.Dispose();
    }

    /// <summary>The layout reads the counts again and hands them down, which brings us back to <see cref="OnParametersSetAsync"/>.</summary>
    private async Task ReloadAsync()
    {
        if (!_closing.IsCancellationRequested)
        {
            await Context.Reload();
        }
    }

    private async Task ReadAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        var userId = await user.IdAsync();
        try
        {
            var allRuns = await runs.ListAsync(userId, ProjectId, _closing.Token);
            var allModels = await models.ListAsync(userId, ProjectId, _closing.Token);
            _steps = ProjectSteps.Of(Project, allRuns, allModels);
            _next = _steps.FirstOrDefault(step => step.State == StepState.Next);
            _production = allModels.FirstOrDefault(model => model.IsProduction);
            _embeddings = features.Progress(ProjectId);
        }
        catch (OperationCanceledException)
        {
            // The page was closed while it read.
        }
    }

    private string Address(string path) => $"projects/{ProjectId}{path}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
