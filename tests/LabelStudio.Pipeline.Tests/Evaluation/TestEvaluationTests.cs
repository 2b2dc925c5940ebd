using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Evaluation;

public sealed class TestEvaluationTests
{
    private static readonly Guid s_owl = Guid.CreateVersion7();
    private static readonly Guid s_robin = Guid.CreateVersion7();
    private static readonly Guid s_wren = Guid.CreateVersion7();

    [Fact]
    public void Evaluate_ClassMergedSince_CountsForTheOneThatTookItOver()
    {
        // Both know Owl, Robin and Wren; Owl went into Robin, so no test image is an owl any more.
        float[] before = [0.7f, 0.2f, 0.1f, 0.4f, 0.15f, 0.45f];
        float[] after = [0.6f, 0.3f, 0.1f, 0.1f, 0.1f, 0.8f];

        var (report, predictions, probabilities) = TestEvaluation.Evaluate(
            Result([s_owl, s_robin, s_wren], [1, 2], after, Before([s_owl, s_robin, s_wren], before), new RetiredClass(s_owl, s_robin)));

        Assert.Equal(1, report.Metrics!.Accuracy);
        var robin = Assert.Single(report.Comparison!.OldClasses, item => item.ClassId == s_robin);
        Assert.Equal((1, 1, 1), (robin.RecallBefore, robin.RecallAfter, robin.Support));
        Assert.Empty(report.Comparison.BrokenImageIds);
        Assert.Equal([2L], report.Comparison.FixedImageIds);
        // 0.4 for Owl and 0.15 for Robin are together more than Wren's 0.45.
        Assert.Equal([s_robin, s_robin], predictions.Select(item => item.ParentPredicted!.Value));
        Assert.Equal([0f, 0.9f, 0.1f, 0f, 0.2f, 0.8f], probabilities, (expected, actual) => Math.Abs(expected - actual) < 1e-6);
    }

    [Fact]
    public void Evaluate_ParentKnowsOnlyTheMergedClass_KnowsTheOneThatTookItOver()
    {
        var (report, _, _) = TestEvaluation.Evaluate(
            Result([s_owl, s_wren, s_robin], [2, 1], [0, 0, 1, 0, 1, 0], Before([s_owl, s_wren], [0.9f, 0.1f, 0.2f, 0.8f]), new RetiredClass(s_owl, s_robin)));

        Assert.Equal([false, false, false], report.Classes.Select(item => item.IsNew));
        Assert.Equal(1, report.Comparison!.OldClassesBefore);
        Assert.Equal([s_wren, s_robin], report.Comparison.OldClasses.Select(item => item.ClassId));
    }

    [Fact]
    public void Evaluate_ArchivedClass_IsLeftOutOfBothModelsAnswers()
    {
        float[] answers = [0.6f, 0.3f, 0.1f];

        var (report, predictions, probabilities) = TestEvaluation.Evaluate(
            Result([s_owl, s_robin, s_wren], [1], answers, Before([s_owl, s_robin, s_wren], answers), new RetiredClass(s_owl, null)));

        Assert.Equal((s_robin, s_robin), (predictions[0].Predicted, predictions[0].ParentPredicted!.Value));
        Assert.Equal(1, report.Comparison!.ParentMetrics.Accuracy);
        Assert.Equal([0f, 0.75f, 0.25f], probabilities, (expected, actual) => Math.Abs(expected - actual) < 1e-6);
    }

    [Fact]
    public void Evaluate_RetiredClassWithTestImages_StandsForItself()
    {
        // Merged after the dataset was frozen: there its images are owls still.
        var (report, _, _) = TestEvaluation.Evaluate(
            Result([s_owl, s_robin], [0, 1], [0.9f, 0.1f, 0.1f, 0.9f], before: null, new RetiredClass(s_owl, s_robin)));

        Assert.Equal(1, report.Metrics!.Accuracy);
        Assert.Null(report.Comparison);
    }

    [Fact]
    public void Evaluate_ValidationImagesOfAClassMergedSince_AreLeftOut()
    {
        var result = Result([s_owl, s_robin], [1], [0.1f, 0.9f], before: null, new RetiredClass(s_owl, s_robin)) with
        {
            Validation = new ValidationAnswers([0, 1], [0.8f, 0.2f, 0.3f, 0.7f]),
        };

        var validation = TestEvaluation.Evaluate(result).Validation!;

        Assert.Equal([1], validation.Targets);
        Assert.Equal([0f, 1f], validation.Values);
    }

    private static AnswersBefore Before(Guid[] classes, float[] probabilities) => new(Guid.CreateVersion7(), classes, probabilities);

    private static RunResult Result(Guid[] classes, int[] targets, float[] probabilities, AnswersBefore? before, params RetiredClass[] retired) => new()
    {
        Assignment = Training.TrainedModels.Assign(classes, before?.ModelId) with { Retired = retired },
        Descriptor = BackboneDescriptor.EfficientNetLite0,
        Backbone = WeightFile.Of(new Dictionary<string, WeightTensor>()),
        BackboneIsPretrained = true,
        SidePx = 224,
        Head = LinearHead.Zero(ClassIndexMap.Of(classes), 1),
        Classes = [.. classes.Select((id, index) => new ClassEntry(id, $"Class {index}", index))],
        Temperature = 1,
        Reason = StopReason.Completed,
        BestEpoch = 1,
        Test = new TestAnswers([.. targets.Select((_, row) => (long)row + 1)], targets, probabilities, before),
    };
}
