using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>Classes that join in steps, 6 + 2 + 2, on clothing with a backbone that stays as it is.</summary>
[Trait("Speed", "Slow")]
public sealed class ClassIncrementTests
{
    private const int SidePx = 224;
    private static readonly int[] s_stages = [6, 8, 10];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Head_ClassesJoinInSteps_EndsNearJointTrainingAndForgetsLittle(int orderSeed)
    {
        int[] order = [.. Enumerable.Range(0, 10)];
        new Random(orderSeed).Shuffle(order);
        var (train, validation) = ClothingSplit.TrainAndValidation(SidePx);
        (train, validation) = (train.Renumber(order), validation.Renumber(order));
        var test = EmbeddedPictures.Of("clothing/test", SidePx).Renumber(order);
        var head = Train(LinearHead.Zero(ClassIndexMap.Empty, 1280), train, validation, s_stages[0]);
        var recalls = new List<IReadOnlyList<ClassMetrics>> { Evaluate(head, test, s_stages[0]).Classes };

        foreach (var classes in s_stages[1..])
        {
            var old = head;
            head = Train(old, train, validation, classes);

            var seen = Seen(test, classes);
            var comparison = ModelEvaluation.Compare(
                seen.Targets, seen.Probabilities(old), old.Classes.Count, seen.Probabilities(head), classes);
            Assert.True(comparison.OldRightToWrongShare <= 0.10, $"{comparison.OldRightToWrongShare:f3} of the old classes' images broke");
            Assert.True(comparison.AccuracyOnNewClasses >= 0.7, $"new classes {comparison.AccuracyOnNewClasses:f3}");
            recalls.Add(Evaluate(head, test, classes).Classes);
        }

        var joint = Train(LinearHead.Zero(ClassIndexMap.Empty, 1280), train, validation, 10);
        var (last, reference) = (Evaluate(head, test, 10).Accuracy, Evaluate(joint, test, 10).Accuracy);
        // One standard error of an accuracy on 372 test images is 0.017.
        Assert.True(last >= reference - 0.03, $"in steps {last:f3}, at once {reference:f3}");
        var forgetting = Enumerable.Range(0, 8).Average(index => recalls[..^1].Where(stage => index < stage.Count).Max(stage => stage[index].Recall) - recalls[^1][index].Recall);
        Assert.True(forgetting <= 0.10, $"forgetting {forgetting:f3}");
    }

    [Fact]
    public void LiveHead_ClassesJoinInSteps_IsThatOfTrainingOnAllAtOnce()
    {
        var (train, test) = (EmbeddedPictures.Of("clothing/train", SidePx), EmbeddedPictures.Of("clothing/test", SidePx));
        var head = new StreamingLdaHead(1280);
        double[] accuracies = [.. s_stages.Prepend(0).Zip(s_stages).Select(step =>
        {
            var joined = train.Where((_, target) => target >= step.First && target < step.Second);
            head.AddRange([.. joined.Targets.Select(target => train.ClassIds[target])], joined.Embeddings);
            var seen = Seen(test, step.Second);
            return ModelEvaluation.Compute(seen.Targets, seen.Probabilities(head.Solve()!), step.Second).Accuracy;
        })];

        var atOnce = ModelEvaluation.Compute(test.Targets, test.Probabilities(train.LiveHead()), 10).Accuracy;
        Assert.Equal(atOnce, accuracies[^1]);
        Assert.True(accuracies[^1] >= 0.86);
    }

    /// <summary>The live head must make a new class work before the first step, without harm to the old rows.</summary>
    [Fact]
    public void Grow_TwentyImagesOfANewClass_FindsItAtOnceAndCostsTheOldClassesLittle()
    {
        var found = new List<double>();
        var cost = new List<double>();
        foreach (var newClass in (int[])[1, 4, 6, 9])
        {
            int[] order = [.. Enumerable.Range(0, 10).Where(index => index != newClass), newClass];
            var (train, validation) = ClothingSplit.TrainAndValidation(SidePx);
            (train, validation) = (train.Renumber(order), validation.Renumber(order));
            var test = EmbeddedPictures.Of("clothing/test", SidePx).Renumber(order);
            var old = Train(LinearHead.Zero(ClassIndexMap.Empty, 1280), train, validation, 9);
            var ofNewClass = 0;
            var few = train.Where((_, target) => target < 9 || ofNewClass++ < 20);

            var grown = StartSums.Of(few.Set, train.ClassIndices, kept: null).Grow(old, train.ClassIndices, seed: 1);

            var comparison = ModelEvaluation.Compare(test.Targets, test.Probabilities(old), 9, test.Probabilities(grown), 10);
            found.Add(comparison.AccuracyOnNewClasses!.Value);
            cost.Add(comparison.OldAccuracyOnOldClasses!.Value - comparison.NewAccuracyOnOldClasses!.Value);
        }

        Assert.True(found.Average() >= 0.5, $"found at once {string.Join(", ", found)}");
        Assert.True(cost.Average() <= 0.02, $"cost to the old classes {string.Join(", ", cost)}");
    }

    /// <summary>As the program does it when every old image was deleted: the sums kept with the model stand in for them.</summary>
    [Fact]
    public void Grow_NoOldImageLeft_IsNearThatOfAllImages()
    {
        var figures = new List<(double Found, double Cost, double FoundWithAll, double CostWithAll)>();
        foreach (var newClass in (int[])[1, 4, 6, 9])
        {
            int[] order = [.. Enumerable.Range(0, 10).Where(index => index != newClass), newClass];
            var (train, validation) = ClothingSplit.TrainAndValidation(SidePx);
            (train, validation) = (train.Renumber(order), validation.Renumber(order));
            var test = EmbeddedPictures.Of("clothing/test", SidePx).Renumber(order);
            var old = Train(LinearHead.Zero(ClassIndexMap.Empty, 1280), train, validation, 9);
            var (joined, kept) = (train.Where((_, target) => target == 9).Set, StartSums.Of(Seen(train, 9).Set, train.ClassIndices, kept: null).Whole);

            var grown = StartSums.Of(joined, train.ClassIndices, kept).Grow(old, train.ClassIndices, seed: 1);
            var withAll = StartSums.Of(train.Set, train.ClassIndices, kept: null).Grow(old, train.ClassIndices, seed: 1);

            var (without, with) = (Compare(old, grown, test), Compare(old, withAll, test));
            figures.Add((without.Found, without.Cost, with.Found, with.Cost));
        }

        Assert.True(
            figures.Average(item => item.Found) >= figures.Average(item => item.FoundWithAll) - 0.1 && figures.Average(item => item.Cost) <= 0.03,
            string.Join("; ", figures.Select(item => $"found {item.Found:f3} for {item.Cost:f3}, with all images {item.FoundWithAll:f3} for {item.CostWithAll:f3}")));

        static (double Found, double Cost) Compare(LinearHead old, LinearHead grown, EmbeddedPictures test)
        {
            var comparison = ModelEvaluation.Compare(test.Targets, test.Probabilities(old), 9, test.Probabilities(grown), 10);
            return (comparison.AccuracyOnNewClasses!.Value, comparison.OldAccuracyOnOldClasses!.Value - comparison.NewAccuracyOnOldClasses!.Value);
        }
    }

    /// <summary>As the program does it: old rows stay, new ones come from the live head, then training on all embeddings.</summary>
    private static LinearHead Train(LinearHead parent, EmbeddedPictures train, EmbeddedPictures validation, int classes)
    {
        var (seen, seenValidation) = (Seen(train, classes), Seen(validation, classes));
        var map = ClassIndexMap.Of(train.ClassIds[..classes]);
        var start = parent.Classes.Count == 0
            ? LinearHead.Zero(map, 1280)
            : StartSums.Of(seen.Set, map, kept: null).Grow(parent, map, seed: 1);
        return HeadTrainer.Run(
            TrainingPlan.Quick, start, seen.Set, seenValidation.Set, TestDevice.Chosen, _ => { }, TimeProvider.System, TestContext.Current.CancellationToken).Best;
    }

    private static EmbeddedPictures Seen(EmbeddedPictures pictures, int classes) => pictures.Where((_, target) => target < classes);

    private static EvaluationMetrics Evaluate(LinearHead head, EmbeddedPictures test, int classes)
    {
        var seen = Seen(test, classes);
        return ModelEvaluation.Compute(seen.Targets, seen.Probabilities(head), classes);
    }
}
