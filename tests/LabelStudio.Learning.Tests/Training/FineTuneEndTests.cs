using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Runs that end before their last epoch.</summary>
public sealed class FineTuneEndTests : FineTuneTests
{
    [Fact]
    public void Run_StoppedWhileFeaturesAreComputed_GivesTheStartBack()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        var result = Run(Plan, Pictures(8, 1), [], stop.Token);

        Assert.Equal((StopReason.UserStopped, 0), (result.Reason, result.BestEpoch));
        Assert.Equal(Weights.Sha256, result.Backbone.Sha256);
        Assert.False(Directory.Exists(Scratch));
    }

    [Fact]
    public void Run_StoppedInTheSecondEpoch_KeepsTheFirst()
    {
        using var stop = new CancellationTokenSource();

        var result = Run(Plan, Pictures(16, 1), [], stop.Token, happened =>
        {
            if (happened is EpochCompleted { Epoch: 1 })
            {
                stop.Cancel();
            }
        });

        Assert.Equal((StopReason.UserStopped, 1), (result.Reason, result.BestEpoch));
        Assert.NotEqual(Weights.Sha256, result.Backbone.Sha256);
    }

    /// <summary>What "within a step" means: the step that runs is the last.</summary>
    [Fact]
    public void Run_StoppedInAStep_MakesNoOther()
    {
        using var stop = new CancellationTokenSource();
        var steps = new List<(int Epoch, int Step)>();

        // The clock moves on, so that every step is told.
        var result = Run(Plan with { BatchSize = 2 }, Pictures(16, 1), Pictures(8, 2), stop.Token, happened =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (happened is BatchCompleted batch)
            {
                steps.Add((batch.Epoch, batch.Step));
                if (steps.Count == 11)
                {
                    stop.Cancel();
                }
            }
        });

        Assert.Equal((2, 3), steps[^1]);
        Assert.Equal(11, steps.Count);
        Assert.Equal((StopReason.UserStopped, 1), (result.Reason, result.LastEpoch));
    }

    [Fact]
    public void Run_TimeIsUpWhilePicturesArePrepared_GoesNoFurther()
    {
        var result = Run(Plan with { TimeLimit = TimeSpan.FromMinutes(1) }, Pictures(16, 1), [], observer: happened => _clock.Advance(happened is RunStarted ? TimeSpan.FromMinutes(2) : TimeSpan.Zero));

        Assert.Equal((StopReason.TimeLimit, 0, 0), (result.Reason, result.BestEpoch, result.LastEpoch));
        Assert.Equal(Weights.Sha256, result.Backbone.Sha256);
        Assert.Collection(_events, first => Assert.IsType<RunStarted>(first), last => Assert.IsType<RunEnded>(last));
    }

    [Fact]
    public void Run_TimeIsUpInTheSecondEpoch_KeepsTheFirst()
    {
        var result = Run(Plan with { TimeLimit = TimeSpan.FromMinutes(1) }, Pictures(16, 1), Pictures(4, 2), observer: happened => _clock.Advance(happened is EpochCompleted ? TimeSpan.FromMinutes(2) : TimeSpan.Zero));

        Assert.Equal((StopReason.TimeLimit, 1, 1), (result.Reason, result.BestEpoch, result.LastEpoch));
        Assert.NotEqual(Weights.Sha256, result.Backbone.Sha256);
    }

    [Fact]
    public void Run_MacroF1StaysLevel_EndsWhenThePatienceIsOverAndKeepsTheLastEpoch()
    {
        // At such rates nothing changes: every epoch is as high as the first.
        var plan = Plan with { Epochs = 30, Patience = 3, BackboneLearningRate = 1e-9, HeadLearningRate = 1e-9 };

        var result = Run(plan, Pictures(16, 1), Pictures(8, 2));

        var curve = _events.OfType<EpochCompleted>().ToList();
        Assert.Single(curve.Select(epoch => epoch.ValidationMacroF1).Distinct());
        Assert.Equal((StopReason.PatienceExhausted, 4, 4), (result.Reason, result.LastEpoch, result.BestEpoch));
    }

    [Fact]
    public void Run_ResumedAfterItsPatienceWasOver_EndsThere()
    {
        var plan = Plan with { Epochs = 30, Patience = 3, BackboneLearningRate = 1e-9, HeadLearningRate = 1e-9 };
        var (train, validation) = (Pictures(16, 1), Pictures(8, 2));
        using var kept = new KeptCheckpoints();
        Run(plan, train, validation, checkpoints: kept.From(null));

        var resumed = Run(plan, train, validation, checkpoints: new KeptCheckpoints().From(kept.Last));

        Assert.Equal((StopReason.PatienceExhausted, 4), (resumed.Reason, resumed.LastEpoch));
    }
}
