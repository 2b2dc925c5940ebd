using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>
/// Real photographs against accuracy floors. One seed each, to stay short: the floors are those of a mean of three seeds
/// less about one standard error (1.7 points on 372 test pictures).
/// </summary>
[Trait("Speed", "Slow")]
public sealed class FineTuneProtocolTests
{
    private const double OneSeed = 0.015;

    [Fact]
    public void Balanced_AllClothingClassesAtOnce_ReachesTheFloor()
    {
        using var clothing = new ClothingProtocol(TestContext.Current.TestOutputHelper!.WriteLine);
        var plan = TrainingPlan.Balanced;

        var model = clothing.Train(plan, PretrainedWeights.Lite0, LinearHead.Zero(ClothingProtocol.Classes(10), 1280));

        var (targets, probabilities) = clothing.Test(model, plan.SidePx);
        var metrics = ModelEvaluation.Compute(targets, probabilities, 10);
        TestContext.Current.TestOutputHelper!.WriteLine($"accuracy {metrics.Accuracy:F4}, macro-F1 {metrics.MacroF1:F4}");
        Assert.InRange(metrics.Accuracy, 0.88 - OneSeed, 1);
    }

    [Fact]
    public void AddingClasses_SixThenTwoThenTwo_LearnsThemAndKeepsTheOld()
    {
        using var clothing = new ClothingProtocol(TestContext.Current.TestOutputHelper!.WriteLine);
        var sidePx = TrainingPlan.Balanced.SidePx;
        var model = clothing.Train(TrainingPlan.Balanced, PretrainedWeights.Lite0, LinearHead.Zero(ClothingProtocol.Classes(6), 1280));
        var results = new List<(int[] Targets, float[] Probabilities, int Classes)> { Test(clothing, model, sidePx) };

        foreach (var classes in (int[])[8, 10])
        {
            var grown = Grow(clothing, model, classes, sidePx);
            model = clothing.Train(TrainingPlan.ForAddedClasses(clothing.TrainCount(classes)), model.Backbone, grown);
            results.Add(Test(clothing, model, sidePx));
        }

        var accuracies = results.ConvertAll(result => ModelEvaluation.Compute(result.Targets, result.Probabilities, result.Classes));
        var forgetting = Enumerable.Range(0, 8).Average(index =>
            accuracies.SkipLast(1).Where(step => step.Classes.Count > index).Max(step => step.Classes[index].Recall) - accuracies[^1].Classes[index].Recall);
        var broken = results.Zip(results.Skip(1), BrokenShare).Max();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"accuracy {string.Join(" ", accuracies.Select(step => step.Accuracy))}, forgetting {forgetting}, right to wrong {broken}");
        Assert.InRange(accuracies[^1].Accuracy, 0.88 - 0.02 - OneSeed, 1);
        Assert.InRange(forgetting, -1, 0.06);
        Assert.InRange(broken, 0, 0.06);
    }

    [Fact]
    public void ClosedFormHead_OnAFineTunedBaseWithoutOldImages_ReachesTheFloor()
    {
        using var clothing = new ClothingProtocol(TestContext.Current.TestOutputHelper!.WriteLine);
        var sidePx = TrainingPlan.Balanced.SidePx;
        var model = clothing.Train(TrainingPlan.Balanced, PretrainedWeights.Lite0, LinearHead.Zero(ClothingProtocol.Classes(6), 1280));
        var live = Live(clothing.Embeddings(model.Backbone, 10, sidePx));

        var test = clothing.Embeddings(model.Backbone, 10, sidePx, test: true);
        var logits = new float[test.Count * 10];
        live.Logits(test.Embeddings, test.Count, logits);
        TemperatureScaling.Softmax(logits, 10, test.Count, live.Temperature);

        var accuracy = ModelEvaluation.Compute(test.Targets, logits, 10).Accuracy;
        TestContext.Current.TestOutputHelper!.WriteLine($"accuracy {accuracy}");
        Assert.InRange(accuracy, 0.84 - OneSeed, 1);
    }

    private static (int[] Targets, float[] Probabilities, int Classes) Test(ClothingProtocol clothing, FineTuneResult model, int sidePx)
    {
        var (targets, probabilities) = clothing.Test(model, sidePx);
        return (targets, probabilities, model.Head.Classes.Count);
    }

    private static LinearHead Grow(ClothingProtocol clothing, FineTuneResult model, int classes, int sidePx)
    {
        var embeddings = clothing.Embeddings(model.Backbone, classes, sidePx);
        var grown = ClothingProtocol.Classes(classes);
        return model.Head.GrowTo(grown, Live(embeddings).ToRowsFor(model.Head, grown, embeddings.Embeddings, embeddings.Count));
    }

    private static LdaSolution Live(EmbeddingSet embeddings)
    {
        var head = new StreamingLdaHead(embeddings.EmbeddingSize);
        var classes = ClothingProtocol.Classes(10);
        for (var i = 0; i < embeddings.Count; i++)
        {
            head.Add(classes[embeddings.Targets[i]], embeddings.Row(i).Span);
        }
        return head.Solve()!;
    }

    /// <summary>Share of the old classes' test pictures that turn from right to wrong in the step.</summary>
    private static double BrokenShare((int[] Targets, float[] Probabilities, int Classes) before, (int[] Targets, float[] Probabilities, int Classes) after)
    {
        // Test pictures come in the order of their classes, so the old ones come first.
        var right = Enumerable.Range(0, before.Targets.Length).Where(row => IsRight(before, row)).ToList();
        return right.Count(row => !IsRight(after, row)) / (double)before.Targets.Length;
    }

    private static bool IsRight((int[] Targets, float[] Probabilities, int Classes) result, int row)
    {
        var probabilities = result.Probabilities.AsSpan(row * result.Classes, result.Classes);
        return System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(probabilities) == result.Targets[row];
    }
}
