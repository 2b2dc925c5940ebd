using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Turns a model's answers about test images into a report.</summary>
public static class TestEvaluation
{
    /// <summary>Of what a run has made, on the images it did not learn from.</summary>
    public static TestOutcome Evaluate(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var validation = result.Validation is { } answers ? new HeldOutProbabilities(answers.Targets, answers.Probabilities, result.Classes.Count) : null;
        return Evaluate(EvaluatedModel.Of(result), result.Test, validation);
    }

    public static TestOutcome Evaluate(EvaluatedModel model, TestAnswers test) => Evaluate(model, test, null);

    private static TestOutcome Evaluate(EvaluatedModel model, TestAnswers test, HeldOutProbabilities? validation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(test);
        var count = model.Classes.Count;
        var classes = new ComparedClasses(
            [.. model.Classes.Select(item => item.Id)],
            test.Before?.ClassIds ?? [],
            model.Retired,
            test.Targets.Select(target => model.Classes[target].Id).ToHashSet());
        var own = classes.Own(test.Probabilities);
        var before = test.Before is { } asked ? classes.Before(asked.Probabilities) : null;
        var metrics = test.ImageIds.Length == 0 ? null : ModelEvaluation.Compute(test.Targets, own, count);
        var report = new EvaluationReport
        {
            ModelVersionId = model.ModelVersionId,
            ProjectId = model.ProjectId,
            RunId = model.RunId,
            DatasetSnapshotId = model.DatasetSnapshotId,
            Classes = [.. model.Classes.Index().Select(item => new ReportClass(item.Item.Id, item.Item.Name, classes.IsNew(item.Index))
            {
                MemberIds = item.Item.MemberIds is null ? null : classes.ShownBy(item.Item),
            })],
            Metrics = metrics,
            Comparison = metrics is null || before is null ? null : Compare(model, test, metrics, classes, own, before),
            SeveralClasses = ClassEvaluation.Of(model, test, classes, own, before),
            Temperature = model.Temperature,
            HeadNorms = model.HeadNorms,
        };
        return new TestOutcome(report, Predictions(model, test, classes, own, before), own)
        {
            Validation = validation is null ? null : InUse(validation, classes),
        };
    }

    /// <summary>Without images of classes merged or archived since: no answer can be right about them, and thresholds would suffer.</summary>
    private static HeldOutProbabilities InUse(HeldOutProbabilities validation, ComparedClasses classes)
    {
        var (own, count) = (classes.Own(validation.Values), validation.Classes);
        int[] rows = [.. Enumerable.Range(0, validation.Targets.Length).Where(row => !classes.IsRetired(validation.Targets[row]))];
        return new HeldOutProbabilities(
            [.. rows.Select(row => validation.Targets[row])], [.. rows.SelectMany(row => new ArraySegment<float>(own, row * count, count))], count);
    }

    private static ParentComparison Compare(
        EvaluatedModel model, TestAnswers test, EvaluationMetrics metrics, ComparedClasses classes, float[] own, float[] before)
    {
        var (count, all) = (model.Classes.Count, classes.Ids.Count);
        var parent = ModelEvaluation.Compute(test.Targets, before, all);
        // The comparison wants the old classes first, with the same indices in both models.
        int[] order = [.. classes.KnownBefore.Order(), .. Enumerable.Range(0, all).Except(classes.KnownBefore)];
        var old = classes.KnownBefore.Count;
        var comparison = ModelEvaluation.Compare(
            [.. test.Targets.Select(target => Array.IndexOf(order, target))],
            Columns(before, all, order.AsSpan(0, old)),
            old,
            Columns(own, count, order),
            all);
        return new ParentComparison
        {
            ParentModelId = test.Before!.ModelId,
            IsParent = test.Before.ModelId == model.ParentModelId,
            ParentMetrics = parent,
            OldClassesBefore = comparison.OldAccuracyOnOldClasses,
            OldClassesAfter = comparison.NewAccuracyOnOldClasses,
            NewClassesAfter = comparison.AccuracyOnNewClasses,
            OldClasses = [.. classes.KnownBefore.Order().Where(index => index < count && metrics.Classes[index].Support > 0).Select(index =>
                new ClassChange(model.Classes[index].Id, parent.Classes[index].Recall, metrics.Classes[index].Recall, metrics.Classes[index].Support))],
            AverageForgetting = comparison.AverageForgetting,
            OldRightToWrongShare = comparison.OldRightToWrongShare,
            BrokenImageIds = [.. comparison.Broken.Select(row => test.ImageIds[row])],
            FixedImageIds = [.. comparison.Fixed.Select(row => test.ImageIds[row])],
        };
    }

    /// <summary>Some columns in another order; one that a model does not have is 0.</summary>
    private static float[] Columns(float[] values, int width, ReadOnlySpan<int> columns)
    {
        var rows = values.Length / width;
        var chosen = new float[rows * columns.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var index = 0; index < columns.Length; index++)
            {
                chosen[(row * columns.Length) + index] = columns[index] < width ? values[(row * width) + columns[index]] : 0;
            }
        }
        return chosen;
    }

    private static List<TestPrediction> Predictions(EvaluatedModel model, TestAnswers test, ComparedClasses classes, float[] own, float[]? before)
    {
        var (count, all) = (model.Classes.Count, classes.Ids.Count);
        var predictions = new List<TestPrediction>(test.ImageIds.Length);
        for (var row = 0; row < test.ImageIds.Length; row++)
        {
            var values = own.AsSpan(row * count, count);
            var predicted = ModelEvaluation.Predicted(values);
            Guid? said = before is null ? null : classes.Ids[ModelEvaluation.Predicted(before.AsSpan(row * all, all))];
            predictions.Add(new TestPrediction(test.ImageIds[row], model.Classes[test.Targets[row]].Id, model.Classes[predicted].Id, values[predicted], said));
        }
        return predictions;
    }
}
