using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class RunCurvesTests
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    private static readonly RunClass[] Classes = [new(Hat, "hat", "#112233", IsNew: false), new(Shoe, "shoe", "#445566", IsNew: true)];

    [Fact]
    public void Add_EventsTwice_AddsEachPointOnce()
    {
        var curves = new RunCurves();
        TrainingEvent[] events = [Started(), Epoch(1, 2, 0.5, 0.25)];

        curves.Add(events, Classes);
        curves.Add(events, Classes);

        Assert.Single(curves.Loss[0].Points);
        Assert.Equal(2, curves.LastSequence);
    }

    [Fact]
    public void Accuracy_WithNewClass_HasOldAndNewApart()
    {
        var curves = new RunCurves();

        curves.Add([Started(), Epoch(1, 2, 0.5, 0.25)], Classes);

        Assert.Equal(0.5, curves.Accuracy.Single(s => s.Name == "Old classes").Points[0].Y);
        Assert.Equal(0.25, curves.Accuracy.Single(s => s.Name == "New classes").Points[0].Y);
    }

    /// <summary>A rare combination is no class: the means are of the classes, and combinations that are new make no class new.</summary>
    [Fact]
    public void Accuracy_WithCombinations_IsOfTheClassesAlone()
    {
        var (curves, without) = (new RunCurves(), new RunCurves());
        var both = new RunClass(Guid.CreateVersion7(), "hat + shoe", "#112233", IsNew: true) { MemberIds = [Hat, Shoe] };
        TrainingEvent[] events = [Started() with { ClassIds = [Hat, Shoe, both.Id] }, Epoch(1, 2, 0.5, 0.25) with { PerClassAccuracy = [0.5, 0.25, 0] }];

        curves.Add(events, [.. Classes, both]);
        without.Add(events, [Classes[0], Classes[1] with { IsNew = false }, both]);

        Assert.Equal(0.5, curves.Accuracy.Single(s => s.Name == "Old classes").Points[0].Y);
        Assert.Equal(0.25, curves.Accuracy.Single(s => s.Name == "New classes").Points[0].Y);
        Assert.Equal(["Training", "Validation"], without.Accuracy.Select(s => s.Name));
    }

    [Fact]
    public void BestEpoch_FollowsTheEventsThatSaySo()
    {
        var curves = new RunCurves();

        curves.Add([Started(), Epoch(1, 2, 0.5, 0.2), Epoch(2, 3, 0.6, 0.3), Epoch(3, 4, 0.4, 0.1, isBest: false)], Classes);

        Assert.Equal(2, curves.BestEpoch);
        Assert.Equal(1, curves.EpochsWithoutGain);
    }

    [Fact]
    public void BatchLoss_OfAShortRun_LiesWithinItsEpoch()
    {
        var curves = new RunCurves();

        curves.Add([Started(), Batch(2, 5, 2), Batch(2, 8, 3)], Classes);

        Assert.Equal([1.5, 1.8], curves.Loss.Single(s => s.IsFaint).Points.Select(point => point.X));
    }

    /// <summary>Epochs shorter than the pause between reports: a line from one report to the next would cross epochs of which it knows nothing.</summary>
    [Fact]
    public void BatchLoss_LessThanTwoOfAnEpoch_IsNotDrawn()
    {
        var curves = new RunCurves();

        curves.Add([Started(), Batch(1, 5, 2), Epoch(1, 3, 0.5, 0.2), Batch(2, 5, 4), Epoch(2, 5, 0.6, 0.3)], Classes);

        Assert.DoesNotContain(curves.Loss, s => s.IsFaint);
    }

    private static BatchCompleted Batch(int epoch, int step, long sequence) => new(epoch, step, 10, 0.7, 100, 3) { Sequence = sequence };

    [Fact]
    public void Add_RunResumed_DrawsEachEpochOnceAndMarksThePlace()
    {
        var curves = new RunCurves();
        curves.Add([Started(), Epoch(1, 2, 0.5, 0.2), Epoch(2, 3, 0.6, 0.3), Epoch(3, 4, 0.9, 0.9)], Classes);
        var before = curves.Revision;

        curves.Add([Started() with { AfterEpoch = 2, Sequence = 5 }, Epoch(1, 6, 0.5, 0.2), Epoch(2, 7, 0.6, 0.3), Epoch(3, 8, 0.7, 0.3, isBest: false)], Classes);

        Assert.Equal([1.0, 2.0, 3.0], curves.Loss[0].Points.Select(point => point.X));
        Assert.Equal(0.7, curves.Accuracy.Single(s => s.Name == "Old classes").Points[2].Y);
        Assert.Equal((2, 1), (curves.BestEpoch!.Value, curves.EpochsWithoutGain));
        Assert.Equal([2.0], curves.Resumed);
        Assert.True(curves.Revision > before);
    }

    /// <summary>Two epochs of two minutes each, an hour's pause, then the third: it stands at six minutes.</summary>
    [Fact]
    public void OverTime_RunResumedAfterAPause_CountsTheMinutesOfTrainingAlone()
    {
        var began = new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc);
        var curves = new RunCurves { OverTime = true };
        curves.Add(
            [
                Started() with { AtUtc = began },
                Epoch(1, 3, 0.5, 0.2) with { AtUtc = began.AddMinutes(2) },
                Epoch(2, 4, 0.6, 0.3) with { AtUtc = began.AddMinutes(4) },
                Started() with { AfterEpoch = 2, Sequence = 5, AtUtc = began.AddMinutes(64) },
                Epoch(3, 6, 0.7, 0.3, isBest: false) with { AtUtc = began.AddMinutes(66) },
            ],
            Classes);

        Assert.Equal([2.0, 4.0, 6.0], curves.Loss[0].Points.Select(point => point.X));
        Assert.Equal([4.0], curves.Resumed);
        curves.OverTime = false;
        Assert.Equal([1.0, 2.0, 3.0], curves.Loss[0].Points.Select(point => point.X));
    }

    [Fact]
    public void OverTime_BatchLoss_StandsAtTheMinuteOfItsReport()
    {
        var began = new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc);
        var curves = new RunCurves { OverTime = true };

        curves.Add([Started() with { AtUtc = began }, Batch(1, 5, 2) with { AtUtc = began.AddMinutes(1) }, Batch(1, 8, 3) with { AtUtc = began.AddMinutes(3) }], Classes);

        Assert.Equal([1.0, 3.0], curves.Loss.Single(series => series.IsFaint).Points.Select(point => point.X));
    }

    [Fact]
    public void Add_RunStartedAgain_BeginsItsCurveAgain()
    {
        var curves = new RunCurves();
        curves.Add([Started(), Epoch(1, 2, 0.5, 0.2), Epoch(2, 3, 0.6, 0.3)], Classes);

        curves.Add([Started() with { Sequence = 4 }, Epoch(1, 5, 0.4, 0.2)], Classes);

        Assert.Equal(0.4, Assert.Single(curves.Accuracy.Single(s => s.Name == "Old classes").Points).Y);
        Assert.Empty(curves.Resumed);
    }

    [Fact]
    public void RateAndSpeed_FollowTheEpochs_BackboneOnlyWhereItIsTrained()
    {
        var curves = new RunCurves();
        curves.Add([Started(), Epoch(1, 2, 0.5, 0.2)], Classes);
        Assert.Equal("Head", Assert.Single(curves.LearningRate).Name);

        curves.Add([Epoch(2, 3, 0.6, 0.3) with { BackboneLearningRate = 1e-4 }], Classes);

        Assert.Equal([("Head", 1e-3), ("Backbone", 1e-4)], curves.LearningRate.Select(series => (series.Name, series.Points[^1].Y!.Value)));
        Assert.Equal([100, 100], Assert.Single(curves.Speed).Points.Select(point => point.Y!.Value));
    }

    [Fact]
    public void InOrder_PutsNewFirstThenWorse()
    {
        ClassBar[] bars =
        [
            new(Guid.NewGuid(), "same", "#000000", false, 0.9, 0.9),
            new(Guid.NewGuid(), "worse", "#000000", false, 0.7, 0.9),
            new(Guid.NewGuid(), "new", "#000000", true, 0.5, null),
        ];

        Assert.Equal(["new", "worse", "same"], ClassBar.InOrder(bars).Select(bar => bar.Name));
    }

    private static RunStarted Started() => new(6, 100, 20, "CPU", [Hat, Shoe]) { Sequence = 1 };

    private static EpochCompleted Epoch(int epoch, long sequence, double hat, double shoe, bool isBest = true) =>
        new(epoch, 6, 1.0, 1.1, 0.5, 0.4, 0.4, [hat, shoe], 1e-3, 0, 100, 5, isBest) { Sequence = sequence };
}
