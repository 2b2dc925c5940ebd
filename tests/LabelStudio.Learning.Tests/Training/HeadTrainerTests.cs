using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Learning.Tests.Training;

public sealed class HeadTrainerTests
{
    private const int Size = 64;
    private static readonly TrainingPlan s_plan = TrainingPlan.Quick with { Epochs = 8, BatchSize = 16, Patience = 0 };

    private readonly RandomEmbeddings _data = new(5, Size, seed: 21);
    private readonly List<TrainingEvent> _events = [];
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Run_OverlappingClasses_LearnsThemAndTellsEveryEpoch()
    {
        var (train, validation, test) = (Draw(300), Draw(100), Draw(200));

        var result = Run(s_plan, Zero(), train, validation);

        Assert.Equal(StopReason.Completed, result.Reason);
        Assert.True(Accuracy(result.Best, test) >= 0.9, $"accuracy {Accuracy(result.Best, test)}");
        var epochs = _events.OfType<EpochCompleted>().ToList();
        Assert.Equal(Enumerable.Range(1, 8), epochs.Select(epoch => epoch.Epoch));
        Assert.True(epochs[^1].TrainLoss < epochs[0].TrainLoss);
        Assert.Equal(result.BestEpoch, epochs.Last(epoch => epoch.IsBest).Epoch);
        Assert.All(epochs, epoch => Assert.Equal(5, epoch.PerClassAccuracy.Count(share => share is >= 0 and <= 1)));
        Assert.IsType<RunStarted>(_events[0]);
        Assert.Equal(new RunEnded(StopReason.Completed, result.BestEpoch), _events[^1] with { AtUtc = default });
        Assert.All(_events, item => Assert.Equal(DateTimeKind.Utc, item.AtUtc.Kind));
    }

    [Fact]
    public void Run_BestEpoch_IsTheHeadThatIsGivenBack()
    {
        var (train, validation) = (Draw(120), Draw(60));

        var result = Run(s_plan, Zero(), train, validation);

        var best = _events.OfType<EpochCompleted>().Single(epoch => epoch.Epoch == result.BestEpoch);
        Assert.Equal(_events.OfType<EpochCompleted>().Max(epoch => epoch.ValidationMacroF1), best.ValidationMacroF1);
        Assert.Equal(best.ValidationAccuracy, Accuracy(result.Best, validation), 1e-9);
    }

    [Fact]
    public void Run_SameSeedTwice_GivesTheSameHead()
    {
        var (train, validation) = (Draw(120), Draw(40));

        var (first, second) = (Run(s_plan, Zero(), train, validation), Run(s_plan, Zero(), train, validation));

        Assert.Equal(first.Best.Weight, second.Best.Weight);
        Assert.NotEqual(first.Best.Weight, Run(s_plan with { Seed = 2 }, Zero(), train, validation).Best.Weight);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Run_PausedAndResumed_IsTheUnbrokenRun(double dropout)
    {
        var plan = s_plan with { Dropout = dropout };
        var (train, validation) = (Draw(120), Draw(40));
        var unbroken = Run(plan, Zero(), train, validation);
        var curve = _events.OfType<EpochCompleted>().ToList();
        using var kept = new KeptCheckpoints(pauseAfter: 3);
        var paused = Run(plan, Zero(), train, validation, checkpoints: kept.From(null));
        _events.Clear();

        var resumed = Run(plan, Zero(), train, validation, checkpoints: new KeptCheckpoints().From(kept.Last));

        Assert.Equal(StopReason.Paused, paused.Reason);
        Assert.Equal((unbroken.Reason, unbroken.BestEpoch), (resumed.Reason, resumed.BestEpoch));
        KeptCheckpoints.AssertSameCurve(curve, _events.OfType<EpochCompleted>());
        Assert.Equal(unbroken.Best.Weight, resumed.Best.Weight);
    }

    [Fact]
    public void Run_KilledWhenItsPatienceWasOver_EndsThereWhenResumed()
    {
        var plan = s_plan with { Epochs = 200, Patience = 2, HeadLearningRate = 0.5 };
        var (train, validation) = (Draw(60), Draw(30));
        using var kept = new KeptCheckpoints();
        var unbroken = Run(plan, Zero(), train, validation, checkpoints: kept.From(null));

        var resumed = Run(plan, Zero(), train, validation, checkpoints: new KeptCheckpoints().From(kept.Last));

        Assert.Equal((StopReason.PatienceExhausted, unbroken.BestEpoch), (resumed.Reason, resumed.BestEpoch));
        Assert.Equal(unbroken.Best.Weight, resumed.Best.Weight);
    }

    [Fact]
    public void Run_TimeLimitPassedOverAPause_CountsBothParts()
    {
        var plan = s_plan with { TimeLimit = TimeSpan.FromMinutes(3) };
        using var kept = new KeptCheckpoints(pauseAfter: 2);
        void OneMinuteAnEpoch(TrainingEvent happened)
        {
            if (happened is EpochCompleted)
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
            }
        }
        var (train, validation) = (Draw(60), Draw(20));
        Run(plan, Zero(), train, validation, OneMinuteAnEpoch, checkpoints: kept.From(null));
        _events.Clear();

        var resumed = Run(plan, Zero(), train, validation, checkpoints: new KeptCheckpoints().From(kept.Last), observer: happened =>
        {
            if (happened is EpochCompleted { Epoch: 3 })
            {
                _clock.Advance(TimeSpan.FromMinutes(2));
            }
        });

        Assert.Equal((StopReason.TimeLimit, 3), (resumed.Reason, _events.OfType<EpochCompleted>().Last().Epoch));
    }

    [Fact]
    public void Run_StoppedBeforeTheFirstStep_GivesTheStartHeadBitForBit()
    {
        var start = Run(s_plan, Zero(), Draw(120), Draw(40)).Best;
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        var result = Run(s_plan, start, Draw(120), Draw(40), stop: stop);

        Assert.Equal(StopReason.UserStopped, result.Reason);
        Assert.Equal(0, result.BestEpoch);
        Assert.Equal(start.Weight, result.Best.Weight);
    }

    [Fact]
    public void Run_LearningRateNearZero_KeepsTheStartHeadsLogits()
    {
        var start = Run(s_plan, Zero(), Draw(200), Draw(40)).Best;
        var images = Draw(50);

        var result = Run(s_plan with { HeadLearningRate = 1e-12, Epochs = 1 }, start, Draw(120), EmbeddingSet.Empty(Size));

        float[] before = new float[250], after = new float[250];
        start.Logits(images.Embeddings, 50, before);
        result.Best.Logits(images.Embeddings, 50, after);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Run_StoppedAfterTheSecondEpoch_KeepsTheBestSoFar()
    {
        using var stop = new CancellationTokenSource();

        var result = Run(s_plan, Zero(), Draw(120), Draw(40), stop: stop, observer: happened =>
        {
            if (happened is EpochCompleted { Epoch: 2 })
            {
                stop.Cancel();
            }
        });

        Assert.Equal(StopReason.UserStopped, result.Reason);
        Assert.InRange(result.BestEpoch, 1, 2);
        Assert.Equal(2, _events.OfType<EpochCompleted>().Count());
        Assert.Contains(result.Best.Weight, weight => weight != 0);
    }

    [Fact]
    public void Run_TimeLimitPassed_EndsAndKeepsTheBest()
    {
        var result = Run(s_plan with { TimeLimit = TimeSpan.FromMinutes(1) }, Zero(), Draw(120), Draw(40), observer: happened =>
        {
            if (happened is EpochCompleted { Epoch: 1 })
            {
                _clock.Advance(TimeSpan.FromMinutes(2));
            }
        });

        Assert.Equal((StopReason.TimeLimit, 1), (result.Reason, result.BestEpoch));
    }

    [Fact]
    public void Run_NoBetterEpochForAsLongAsThePatience_Ends()
    {
        // One class in validation: its F1 is 1 from the first good epoch on, and the loss settles.
        var result = Run(s_plan with { Epochs = 200, Patience = 2, HeadLearningRate = 0.5 }, Zero(), Draw(60), Draw(30));

        Assert.Equal(StopReason.PatienceExhausted, result.Reason);
        Assert.Equal(result.BestEpoch + 2, _events.OfType<EpochCompleted>().Last().Epoch);
    }

    [Fact]
    public void Run_MinimumOfEpochs_IsReachedThoughThePatienceIsOver()
    {
        var result = Run(s_plan with { Epochs = 200, Patience = 2, MinimumEpochs = 150, HeadLearningRate = 0.5 }, Zero(), Draw(60), Draw(30));

        Assert.Equal(StopReason.PatienceExhausted, result.Reason);
        Assert.InRange(result.LastEpoch, 150, 199);
    }

    [Fact]
    public void Run_EmbeddingNotFinite_EndsWithLossNotFinite()
    {
        var train = Draw(60);
        train.Embeddings[5] = float.NaN;

        var result = Run(s_plan, Zero(), train, Draw(20));

        Assert.Equal(StopReason.LossNotFinite, result.Reason);
        Assert.All(result.Best.Weight, weight => Assert.True(float.IsFinite(weight)));
        Assert.Contains("embedding", result.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoValidationImages_KeepsTheLastEpoch()
    {
        var result = Run(s_plan with { Patience = 3 }, Zero(), Draw(60), EmbeddingSet.Empty(Size));

        Assert.Equal((StopReason.Completed, 8), (result.Reason, result.BestEpoch));
    }

    [Fact]
    public void Run_ClassWithFewImages_IsFoundThroughBalancedDraws()
    {
        var (embeddings, targets) = _data.Many(500);
        var kept = Enumerable.Range(0, 500).Where(row => targets[row] != 4 || row < 30).ToArray();
        var train = new EmbeddingSet(
            kept.Length, Size, [.. kept.SelectMany(row => embeddings[(row * Size)..((row + 1) * Size)])], [.. kept.Select(row => targets[row])]);

        var test = Draw(400);
        double RecallOfRareClass(TrainingPlan plan)
        {
            var probabilities = Logits(Run(plan, Zero(), train, EmbeddingSet.Empty(Size)).Best, test);
            TemperatureScaling.Softmax(probabilities, 5, test.Count, 1);
            return ModelEvaluation.Compute(test.Targets, probabilities, 5).Classes[4].Recall;
        }

        var (balanced, unbalanced) = (RecallOfRareClass(s_plan), RecallOfRareClass(s_plan with { ClassBalanced = false }));
        Assert.True(balanced > unbalanced + 0.1, $"recall {balanced} with balanced draws, {unbalanced} without");
    }

    [Fact]
    public void Run_TargetOutsideTheHead_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => Run(s_plan, LinearHead.Zero(ClassIndexMap.Of(_data.ClassIds[..3]), Size), Draw(20), Draw(5)));

        Assert.Contains("Target 4", error.Message, StringComparison.Ordinal);
        Assert.Empty(_events);
    }

    [Fact]
    public void Run_ManySteps_SendsAFewBatchEventsOnly()
    {
        Run(s_plan, Zero(), Draw(320), Draw(20), observer: _ => _clock.Advance(TimeSpan.FromMilliseconds(1)));

        Assert.InRange(_events.OfType<BatchCompleted>().Count(), 1, 3);
    }

    private LinearHead Zero() => LinearHead.Zero(ClassIndexMap.Of(_data.ClassIds), Size);

    private EmbeddingSet Draw(int count)
    {
        var (embeddings, targets) = _data.Many(count);
        return new EmbeddingSet(count, Size, embeddings, targets);
    }

    private HeadTrainingResult Run(
        TrainingPlan plan, LinearHead start, EmbeddingSet train, EmbeddingSet validation, Action<TrainingEvent>? observer = null, CancellationTokenSource? stop = null,
        Checkpoints? checkpoints = null) =>
        HeadTrainer.Run(plan, start, train, validation, TestDevice.Chosen, happened =>
        {
            _events.Add(happened);
            observer?.Invoke(happened);
        }, _clock, stop?.Token ?? CancellationToken.None, checkpoints);

    private static float[] Logits(LinearHead head, EmbeddingSet images)
    {
        var logits = new float[images.Count * head.Classes.Count];
        head.Logits(images.Embeddings, images.Count, logits);
        return logits;
    }

    private static double Accuracy(LinearHead head, EmbeddingSet images)
    {
        var logits = Logits(head, images);
        TemperatureScaling.Softmax(logits, head.Classes.Count, images.Count, 1);
        return ModelEvaluation.Compute(images.Targets, logits, head.Classes.Count).Accuracy;
    }
}
