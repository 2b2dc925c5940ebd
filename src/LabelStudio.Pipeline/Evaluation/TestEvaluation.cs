using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Turns a run's answers about the test images into a report.</summary>
public static class TestEvaluation
{
    public static (EvaluationReport Report, IReadOnlyList<TestPrediction> Predictions) Evaluate(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var classes = result.Classes.Count;
        var test = result.Test;
        var metrics = test.ImageIds.Length == 0 ? null : ModelEvaluation.Compute(test.Targets, test.Probabilities, classes);
        var report = new EvaluationReport
        {
            ModelVersionId = result.Assignment.ModelId,
            ProjectId = result.Assignment.ProjectId,
            RunId = result.Assignment.RunId,
            DatasetSnapshotId = result.Assignment.DatasetSnapshotId,
            Classes = [.. result.Classes.Select(item => new ReportClass(item.Id, item.Name, result.ParentClassCount > 0 && item.Index >= result.ParentClassCount))],
            Metrics = metrics,
            Comparison = metrics is null ? null : Compare(result, metrics),
            Temperature = result.Temperature,
        };
        return (report, Predictions(result));
    }

    private static ParentComparison? Compare(RunResult result, EvaluationMetrics metrics)
    {
        var (test, classes, oldClasses) = (result.Test, result.Classes.Count, result.ParentClassCount);
        if (test.ParentProbabilities is not { } before || result.Assignment.ParentModelId is not { } parentId)
        {
            return null;
        }
        var comparison = ModelEvaluation.Compare(test.Targets, before, oldClasses, test.Probabilities, classes);
        var parent = ModelEvaluation.Compute(test.Targets, Widen(before, oldClasses, classes), classes);
        return new ParentComparison
        {
            ParentModelId = parentId,
            ParentMetrics = parent,
            OldClassesBefore = comparison.OldAccuracyOnOldClasses,
            OldClassesAfter = comparison.NewAccuracyOnOldClasses,
            NewClassesAfter = comparison.AccuracyOnNewClasses,
            OldClasses = [.. Enumerable.Range(0, oldClasses).Where(index => metrics.Classes[index].Support > 0).Select(index =>
                new ClassChange(result.Classes[index].Id, parent.Classes[index].Recall, metrics.Classes[index].Recall, metrics.Classes[index].Support))],
            AverageForgetting = comparison.AverageForgetting,
            OldRightToWrongShare = comparison.OldRightToWrongShare,
            BrokenImageIds = [.. comparison.Broken.Select(row => test.ImageIds[row])],
            FixedImageIds = [.. comparison.Fixed.Select(row => test.ImageIds[row])],
        };
    }

    /// <summary>Gives classes that the model does not know the probability 0.</summary>
    private static float[] Widen(float[] probabilities, int from, int to)
    {
        var rows = probabilities.Length / from;
        var wide = new float[rows * to];
        for (var row = 0; row < rows; row++)
        {
            probabilities.AsSpan(row * from, from).CopyTo(wide.AsSpan(row * to));
        }
        return wide;
    }

    private static List<TestPrediction> Predictions(RunResult result)
    {
        var (test, classes, oldClasses) = (result.Test, result.Classes.Count, result.ParentClassCount);
        var predictions = new List<TestPrediction>(test.ImageIds.Length);
        for (var row = 0; row < test.ImageIds.Length; row++)
        {
            var values = test.Probabilities.AsSpan(row * classes, classes);
            var predicted = ModelEvaluation.Predicted(values);
            Guid? parentPredicted = test.ParentProbabilities is { } before
                ? result.Classes[ModelEvaluation.Predicted(before.AsSpan(row * oldClasses, oldClasses))].Id
                : null;
            predictions.Add(new TestPrediction(
                test.ImageIds[row], result.Classes[test.Targets[row]].Id, result.Classes[predicted].Id, values[predicted], parentPredicted));
        }
        return predictions;
    }
}
