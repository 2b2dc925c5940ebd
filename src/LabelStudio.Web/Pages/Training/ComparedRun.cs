using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Pages.Training;

/// <summary>A run beside others: its settings, its curves and, if it made a model, that model's test results.</summary>
public sealed record ComparedRun(RunDetails Details, RunView View, EvaluationReport? Report, IReadOnlyList<TestPrediction> Predictions)
{
    public Guid Id => Details.Id;

    public string Name => Details.Name;
}
