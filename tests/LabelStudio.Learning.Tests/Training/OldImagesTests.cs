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
        { TrainingPlan.Balanced, [], 2, true },
        { TrainingPlan.Balanced, [5, 5], 0, false }, // no class is added: nothing to extend a head by
        { s_budget, [100, 90], 1, true },
        { s_budget with { ExemplarsPerClass = 50 }, [100, 90], 1, false },
        { s_budget with { TrainsOnFewOldImages = true }, [100, 90], 1, false },
        { TrainingPlan.Quick, [5], 1, false }, // the backbone stays still anyway
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void WhyBackboneStaysStill_ImagesAtHand_SpeaksOnlyWhereTheyAreFew(TrainingPlan plan, int[] trainCounts, int newClasses, bool isStill)
    {
        var why = OldImages.WhyBackboneStaysStill(plan, trainCounts, newClasses);

        Assert.Equal(isStill, why is not null);
    }

    [Fact]
    public void WhyBackboneStaysStill_SmallBudget_NamesIt() =>
        Assert.StartsWith("Only 20 images of a class", OldImages.WhyBackboneStaysStill(s_budget, [100, 90], 1), StringComparison.Ordinal);
}
