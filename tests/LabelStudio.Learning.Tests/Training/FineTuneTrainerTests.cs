using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

public sealed class FineTuneTrainerTests : FineTuneTests
{
    [Theory]
    [InlineData(TrainedLayers.LastStages, false, 0)]
    [InlineData(TrainedLayers.LastStages, true, 0)]
    [InlineData(TrainedLayers.LastStages, false, 0.2)]
    [InlineData(TrainedLayers.Whole, false, 0)]
    public void Run_TwoColours_LearnsThemAndTellsEveryEpoch(TrainedLayers layers, bool randomCrop, double colourChange)
    {
        var result = Run(Plan with { Layers = layers, RandomCrop = randomCrop, ColourChange = colourChange, Epochs = 10 }, Pictures(24, 1), Pictures(8, 2));

        Assert.Equal(StopReason.Completed, result.Reason);
        var epochs = _events.OfType<EpochCompleted>().ToList();
        Assert.Equal(Enumerable.Range(1, 10), epochs.Select(epoch => epoch.Epoch));
        Assert.True(epochs[^1].TrainLoss < epochs[0].TrainLoss);
        Assert.InRange(epochs.Max(epoch => epoch.ValidationAccuracy), 0.85, 1);
        Assert.All(epochs, epoch => Assert.True(epoch.BackboneLearningRate < epoch.HeadLearningRate));
        Assert.Equal(result.BestEpoch, epochs.Last(epoch => epoch.IsBest).Epoch);
        Assert.IsType<RunStarted>(_events[0]);
        Assert.IsType<RunEnded>(_events[^1]);
        Assert.False(Directory.Exists(Scratch));
    }

    [Fact]
    public void Run_LastStage_ChangesOnlyItsConvolutionsAndTheLastOne()
    {
        var result = Run(Plan, Pictures(16, 1), []);

        var changed = result.Backbone.Tensors.Where(pair => !pair.Value.Values.SequenceEqual(Weights.Tensors[pair.Key].Values)).Select(pair => pair.Key);
        Assert.Equal(
            ["blocks.2.0.conv_dw.weight", "blocks.2.0.conv_pw.weight", "blocks.2.0.conv_pwl.weight", "conv_head.weight"],
            changed.Order(StringComparer.Ordinal));
        Small.Validate(result.Backbone);
    }

    [Fact]
    public void Run_SameSeedTwice_GivesTheSameModel()
    {
        var (train, validation) = (Pictures(16, 1), Pictures(6, 2));

        var (first, second) = (Run(Plan, train, validation), Run(Plan, train, validation));

        Assert.Equal(first.Backbone.Sha256, second.Backbone.Sha256);
        Assert.Equal(first.Head.Weight, second.Head.Weight);
        Assert.NotEqual(first.Head.Weight, Run(Plan with { Seed = 2 }, train, validation).Head.Weight);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_PausedAndResumed_IsTheUnbrokenRun(int pauseAfter)
    {
        var (train, validation) = (Pictures(16, 1), Pictures(8, 2));
        var unbroken = Run(Plan, train, validation);
        var curve = _events.OfType<EpochCompleted>().ToList();
        using var kept = new KeptCheckpoints(pauseAfter);
        var paused = Run(Plan, train, validation, checkpoints: kept.From(null));
        _events.Clear();

        var resumed = Run(Plan, train, validation, checkpoints: new KeptCheckpoints().From(kept.Last));

        Assert.Equal(StopReason.Paused, paused.Reason);
        Assert.Equal((unbroken.Reason, unbroken.BestEpoch), (resumed.Reason, resumed.BestEpoch));
        KeptCheckpoints.AssertSameCurve(curve, _events.OfType<EpochCompleted>());
        Assert.Equal(unbroken.Head.Weight, resumed.Head.Weight);
        Assert.Equal(unbroken.Backbone.Sha256, resumed.Backbone.Sha256);
    }

    [Fact]
    public void Run_ResumedAndStoppedAtOnce_GivesTheBestOfTheCheckpoint()
    {
        var train = Pictures(16, 1);
        using var kept = new KeptCheckpoints(pauseAfter: 2);
        var paused = Run(Plan, train, [], checkpoints: kept.From(null));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        var stopped = Run(Plan, train, [], stop.Token, checkpoints: new KeptCheckpoints().From(kept.Last));

        Assert.Equal((StopReason.UserStopped, 2), (stopped.Reason, stopped.BestEpoch));
        Assert.Equal(paused.Backbone.Sha256, stopped.Backbone.Sha256);
    }

    [Fact]
    public void Run_ResumedAfterTheBatchWasHalved_BeginsWithThatSize()
    {
        var train = Pictures(8, 1);
        using var kept = new KeptCheckpoints(pauseAfter: 1);
        using var resumed = new KeptCheckpoints();
        Run(Plan, train, [], checkpoints: kept.From(null));

        Run(Plan, train, [], checkpoints: resumed.From(kept.Last with { MostAtOnce = 3 }));

        Assert.Equal((null, 3), (kept.Last.MostAtOnce, resumed.Last.MostAtOnce));
    }

    [Fact]
    public void Run_CheckpointOfAnotherPlan_IsRefused()
    {
        var train = Pictures(8, 1);
        using var kept = new KeptCheckpoints(pauseAfter: 1);
        Run(Plan, train, [], checkpoints: kept.From(null));

        Assert.Throws<ArgumentException>(() => Run(Plan with { BatchSize = 4 }, train, [], checkpoints: new KeptCheckpoints().From(kept.Last)));
    }

    /// <summary>A head that always says the first class is right as often as that class is drawn.</summary>
    [Theory]
    [InlineData(true, 0.5)]
    [InlineData(false, 0.75)]
    public void Run_ClassWithFewPictures_IsDrawnAsOftenAsTheOthersWhereClassesAreBalanced(bool classBalanced, double expected)
    {
        var plan = Plan with { Epochs = 1, ClassBalanced = classBalanced, BackboneLearningRate = 1e-9, HeadLearningRate = 1e-9 };
        // Six of the first class, two of the second.
        List<LabelledImage> train = [.. Pictures(12, 1).Where((image, index) => image.Target == 0 || index < 4)];

        Run(plan, train, [], head: new(Classes, Small.EmbeddingSize, new float[2 * Small.EmbeddingSize], [9, 0]));

        Assert.Equal(expected, Assert.Single(_events.OfType<EpochCompleted>()).TrainAccuracy, 1e-9);
    }

    [Fact]
    public void Run_Resumed_KeepsTheThreadsOfItsCheckpoint()
    {
        var (train, threads, seen) = (Pictures(8, 1), torch.get_num_threads(), 0);
        torch.set_num_threads(1);
        try
        {
            using var kept = new KeptCheckpoints(pauseAfter: 1);
            Run(Plan, train, [], checkpoints: kept.From(null));
            Assert.Equal(1, kept.Last.Threads);
            var goingOn = new KeptCheckpoints();

            Run(Plan, train, [], checkpoints: goingOn.From(kept.Last with { Threads = 2 }), observer: happened => seen = happened is EpochCompleted { Epoch: 2 } ? torch.get_num_threads() : seen);

            Assert.Equal((2, 2), (seen, goingOn.Last.Threads));
            Assert.Equal(1, torch.get_num_threads());
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Theory]
    [InlineData(RehearsalMemory.Herding)]
    [InlineData(RehearsalMemory.Random)]
    [InlineData(RehearsalMemory.NearestMean)]
    public void Run_RehearsalBudget_ShowsSoManyOfTheOldClassAndAllOfTheNew(RehearsalMemory memory)
    {
        var plan = Plan with { Epochs = 1, Rehearsal = memory, ExemplarsPerClass = 3 };

        Run(plan, Pictures(16, 1), [], oldClasses: 1);

        Assert.Contains(_events.OfType<LogWritten>(), line => line.Text.Contains("5 of 16 training images are left out", StringComparison.Ordinal));
        // 3 + 8 pictures in batches of 8.
        Assert.Equal(2, _events.OfType<BatchCompleted>().Last().StepsPerEpoch);
    }

    /// <summary>Places are those in the list that was given, also behind a picture that can't be read.</summary>
    [Fact]
    public void Run_RehearsalBudgetWithAnUnreadablePicture_TellsThePlacesOfItsExemplarsAndKeepsPinnedOnes()
    {
        var train = Pictures(16, 1);
        File.WriteAllText(train[0].Path, "no picture");
        var plan = Plan with { Epochs = 1, Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = 3 };

        Run(plan, train, [], oldClasses: 1, pinned: new HashSet<int> { 0, 2, 14 });

        var places = _events.OfType<ExemplarsChosen>().Single().Places;
        Assert.Equal(3, places.Count);
        Assert.All(places, place => Assert.Equal(0, train[place].Target));
        Assert.Subset(places.ToHashSet(), new HashSet<int> { 2, 14 });
        Assert.DoesNotContain(0, places);
    }

    [Fact]
    public void Run_Distillation_KeepsTheOldLogitsNearer()
    {
        var start = Run(Plan with { Epochs = 6 }, Pictures(16, 1), []);
        var red = Pictures(24, 3).Where(image => image.Target == 0).ToList();

        // The same pictures under the other name: what makes the network unlearn.
        double Drift(double weight)
        {
            var after = Run(
                Plan with { DistillationWeight = weight, MirrorFlip = false }, [.. red.Select(image => image with { Target = 2 })], [], head: start.Head.GrowTo(MoreClasses),
                weights: start.Backbone, oldClasses: 2);
            return Math.Abs(Margin(start, red) - Margin(after, red));
        }

        var (without, with) = (Drift(0), Drift(20));
        Assert.True(with < without, $"the two old classes' logits part by {with:f3} with distillation, {without:f3} without");
    }

    [Fact]
    public void Run_HeadHasGrown_TellsBeforeTheFirstStepWhatGrowthAloneHasDone()
    {
        var start = Run(Plan with { Epochs = 6 }, Pictures(16, 1), []);
        _events.Clear();

        Run(Plan with { Epochs = 1 }, Pictures(8, 2), Pictures(4, 3), head: start.Head.GrowTo(MoreClasses), weights: start.Backbone, oldClasses: 2);

        var sentence = Assert.Single(_events.TakeWhile(item => item is not BatchCompleted).OfType<LogWritten>(), line => line.Text.StartsWith("Before the first step", StringComparison.Ordinal)).Text;
        Assert.Contains("100.0 % among the old classes alone", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_APictureIsGone_LeavesItOutAndSaysSo()
    {
        var train = Pictures(9, 1);
        File.Delete(train[3].Path);

        var result = Run(Plan with { Epochs = 1 }, train, []);

        Assert.Equal(StopReason.Completed, result.Reason);
        Assert.Contains(_events.OfType<LogWritten>(), log => log.Text.Contains("1 of 9 training pictures", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NoPictureIsReadable_IsRefused()
    {
        var train = Pictures(2, 1);
        train.ForEach(image => File.Delete(image.Path));

        Assert.Throws<ArgumentException>(() => Run(Plan, train, []));
        Assert.False(Directory.Exists(Scratch));
    }

    [Fact]
    public void Run_LearningRateBeyondReason_StopsWithTheReasonAndTheStart()
    {
        var result = Run(Plan with { BackboneLearningRate = 1, HeadLearningRate = 1, Epochs = 40, WarmupShare = 0 }, Pictures(16, 1), [], head: Huge());

        Assert.Equal((StopReason.LossNotFinite, 0), (result.Reason, result.BestEpoch));
        Assert.Contains("in epoch 1, step 1 of 2, at a head learning rate of 1 and a backbone learning rate of 1.", result.Failure, StringComparison.Ordinal);
        Assert.Contains(_events.OfType<LogWritten>(), line => line.Text == result.Failure);
    }

    [Fact]
    public void Run_TargetOutsideTheClasses_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Run(Plan, [new("x.png", 2)], []));

    [Fact]
    public void Run_HeadOnlyPlan_IsRefused() => Assert.Throws<ArgumentException>(() => Run(TrainingPlan.Quick, Pictures(2, 1), []));

    [Fact]
    [Trait("Speed", "Slow")]
    public void Run_ManyEpochs_LeavesNoTensorAliveAndHoldsNoMoreInLaterOnes()
    {
        // Far below the weights or the pictures of one epoch, times forty; a curve's points and what the runtime itself keeps are in it.
        const long MostGrowthBytes = 1_000_000;
        var (train, validation) = (Pictures(8, 1), Pictures(4, 2));
        var statistics = DisposeScopeManager.Statistics;
        var (alive, managed) = (new List<long>(), new List<long>());
        var before = statistics.ThreadTotalLiveCount;

        Run(Plan with { Epochs = 50, DistillationWeight = 1 }, train, validation, oldClasses: 1, observer: happened =>
        {
            if (happened is EpochCompleted)
            {
                alive.Add(statistics.ThreadTotalLiveCount);
                managed.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        });

        Assert.Equal(50, alive.Count);
        Assert.InRange(managed[^10..].Min() - managed[..10].Max(), long.MinValue, MostGrowthBytes);
        Assert.Equal(alive[1], alive[^1]);
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
    }

    /// <summary>Mean of the first class's logit less the second's.</summary>
    private static double Margin(FineTuneResult model, List<LabelledImage> pictures)
    {
        using var network = new FineTuneNetwork(Plan, new EfficientNetLite(Small, model.Backbone), model.Head, 0, TestDevice.Chosen, new BatchMemory(_ => { }));
        return pictures.Average(picture =>
        {
            var pixels = new float[3 * 64 * 64];
            Learning.Imaging.ImageDecoder.DecodeInto(picture.Path, new(64), pixels);
            using var features = torch.tensor(pixels, [1, 3, 64, 64]);
            var logits = network.Logits(features);
            return (double)logits[0] - logits[1];
        });
    }

    private static LinearHead Huge() => new(Classes, Small.EmbeddingSize, [.. Enumerable.Repeat(float.MaxValue, 2 * Small.EmbeddingSize)], [0, 0]);
}
