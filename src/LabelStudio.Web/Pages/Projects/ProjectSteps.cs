using System.Globalization;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Pages.Projects;

/// <summary>The data's way of a project, and which station comes next.</summary>
public static class ProjectSteps
{
    /// <summary>Fewer labels a class than this are too few for a run that says anything.</summary>
    private const int LabelsPerClass = 10;

    private const int LeastClasses = 2;

    public static IReadOnlyList<ProjectStep> Of(
        ProjectDetails project, IReadOnlyList<RunSummary> runs, IReadOnlyList<ModelSummary> models)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(models);
        var open = runs.FirstOrDefault(run => !run.State.IsEnded());
        var hasLabels = project.ClassCount >= LeastClasses && project.LabelledCount >= LabelsPerClass * project.ClassCount;
        var isDone = new[]
        {
            project.ImageCount > 0,
            project.ClassCount >= LeastClasses,
            hasLabels,
            models.Count > 0,
            project.ProductionModel is not null,
        };
        // The first station that is not done is next, wherever later ones stand: an import may bring labels before a model.
        var next = Array.IndexOf(isDone, false);
        StepState State(int step) => isDone[step] ? StepState.Done : step == next ? StepState.Next : StepState.Later;

        return
        [
            new("Upload images", Number(project.ImageCount), project.ImageCount == 1 ? "image" : "images",
                State(0), "/images", "Upload images", StudioRight.Upload),
            new("Create classes", Number(project.ClassCount), project.ClassCount == 1 ? "class" : "classes",
                State(1), "/classes", "Create classes", StudioRight.ManageClasses),
            new("Label", Number(project.LabelledCount), $"of {Number(project.ImageCount)} labelled",
                State(2), "/label", "Label images", StudioRight.Label),
            new("Train", Number(models.Count), open is null ? models.Count == 1 ? "model" : "models" : $"{open.Name} is {open.State.ToString().ToLowerInvariant()}",
                State(3), "/runs", "Train a model", StudioRight.Train),
            new("Promote", project.ProductionModel ?? "None", project.ProductionModel is null ? "promoted yet" : "answers predictions",
                State(4), "/models", "Compare and promote", StudioRight.Promote),
        ];
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
