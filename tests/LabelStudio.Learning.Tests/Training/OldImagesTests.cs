using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class OldImagesTests
{
    private static readonly TrainingPlan s_budget = TrainingPlan.Balanced with { Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = 20 };

    public static TheoryData<TrainingPlan, int[], int, bool> Cases => new()
    {
        { TrainingPlan.Balanced, [100, 90], 1, false },
        { TrainingPlan.Balanced, [21, 20], 1, false },
        { TrainingPlan.Balanced, [20, 20], 1, true },
        { TrainingPlan.Balanced, [1000, 3], 1, false }, // nobody knows whether there ever were more
        { TrainingPlan.Balanced, [], 2, true },
        { TrainingPlan.Balanced, [5, 5], 0, false }, // no class is added: nothing to extend a head by
        { s_budget, [100, 90], 1, true },
        { s_budget with { ExemplarsPerClass = 50 }, [100, 90], 1, false },
        { s_budget with { TrainsOnFewOldImages = true }, [100, 90], 1, false },
        { TrainingPlan.Quick, [1000, 3], 1, false },
        { TrainingPlan.Quick, [5], 1, false }, // the backbone stays still anyway
        { TrainingPlan.Quick, [], 1, true }, // but a head trained on new images alone forgets the old ones as well
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void WhyBackboneStaysStill_ImagesAtHand_SpeaksOnlyWhereTheyAreFew(TrainingPlan plan, int[] trainCounts, int newClasses, bool isStill)
    {
        var why = OldImages.WhyBackboneStaysStill(plan, Of(trainCounts), newClasses);

        Assert.Equal(isStill, why is not null);
    }

    [Fact]
    public void WhyBackboneStaysStill_OneOldClassOfThreeIsLost_SaysSo()
    {
        Assert.StartsWith(
            "No training image of 1 of the 3 classes that the model already knows is shown to this run (left out, or none is left). Training the backbone on the others would forget it",
            OldImages.WhyBackboneStaysStill(TrainingPlan.Balanced, Of([100, 90]), 1, lostClasses: 1), StringComparison.Ordinal);
        // The head alone leaves the lost class's rows as they are and can learn from the others.
        Assert.Null(OldImages.WhyBackboneStaysStill(TrainingPlan.Quick, Of([100, 90]), 1, lostClasses: 1));
    }

    /// <summary>Many on average, yet of some classes hardly an image is left. One that never had more is only rare.</summary>
    [Theory]
    [InlineData(3, 100L, true)]
    [InlineData(5, 11L, true)]
    [InlineData(5, 10L, false)]
    [InlineData(6, 100L, false)]
    [InlineData(3, 3L, false)]
    [InlineData(3, null, false)]
    public void WhyBackboneStaysStill_AHandfulLeftOfOldClasses_IsSaidWhereTheModelKnowsMoreOfThem(int now, long? before, bool isSaid)
    {
        OldClassImages[] old = [new(1000, 1000), new(now, before), new(now, before)];

        var why = OldImages.WhyBackboneStaysStill(TrainingPlan.Balanced, old, 1);

        Assert.Equal(
            isSaid,
            why?.StartsWith("Of 2 of the 3 classes that the model already knows most training images are gone: 5 or fewer are left. Training the backbone would forget them", StringComparison.Ordinal) == true);
        Assert.Null(OldImages.WhyBackboneStaysStill(TrainingPlan.Balanced with { TrainsOnFewOldImages = true }, old, 1));
    }

    [Fact]
    public void WhyBackboneStaysStill_SmallBudget_NamesIt() =>
        Assert.StartsWith("Only 20 images of a class", OldImages.WhyBackboneStaysStill(s_budget, Of([100, 90]), 1), StringComparison.Ordinal);

    private static OldClassImages[] Of(int[] trainCounts) => [.. trainCounts.Select(count => new OldClassImages(count))];
}
