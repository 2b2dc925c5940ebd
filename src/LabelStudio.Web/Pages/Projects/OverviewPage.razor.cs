using System.Globalization;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components;

namespace LabelStudio.Web.Pages.Projects;

public sealed partial class OverviewPage(
    TrainingQueue runs,
    ModelRegistry models,
    FeatureWorker features,
    ChangeSignals signals)
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(1);

    private ProjectContext? _shown;
    private IReadOnlyList<ProjectStep>? _steps;
    private ProjectStep? _next;
    private ModelSummary? _production;
    private FeatureProgress? _embeddings;

    /// <summary>A change reads the counts of the layout anew, which hands them down and so brings us to <see cref="OnParametersSetAsync"/>.</summary>
    protected override IEnumerable<IDisposable> Follow() =>
    [
        signals.Subscribe(
            ProjectId,
            ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Embeddings | ChangeTopic.Runs,
            () => IsLeft ? Task.CompletedTask : InvokeAsync(Context.Reload),
            ReloadInterval),
    ];

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (!ReferenceEquals(_shown, Context))
        {
            await ReloadAsync();
        }
    }

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _shown = Context;
        var allRuns = await runs.ListAsync(userId, ProjectId, cancellationToken);
        var allModels = await models.ListAsync(userId, ProjectId, cancellationToken);
        _steps = ProjectSteps.Of(Project, allRuns, allModels);
        _next = _steps.FirstOrDefault(step => step.State == StepState.Next);
        _production = allModels.FirstOrDefault(model => model.IsProduction);
        _embeddings = features.Progress(ProjectId);
    }

    private string Address(string path) => $"projects/{ProjectId}{path}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
