using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>
/// Five classes, "no class", two combinations with many images, three with three each, and one without any. The last class has
/// no image alone.
/// </summary>
public sealed class CombinationTrainingTests
{
    private const int Size = 64;
    private static readonly int[][] s_sets = [[], [0, 1], [2, 4], [0, 2], [1, 3], [1, 2, 4], [0, 3]];
    private static readonly int[] s_train = [40, 40, 40, 40, 0, 40, 40, 40, 3, 3, 3, 0];
    private static readonly int[] s_common = [0, 1, 2, 3, 5, 6, 7], s_rare = [8, 9, 10], s_absent = [11];
    private static readonly TrainingPlan s_plan = TrainingPlan.Quick with { Epochs = 10, BatchSize = 16, Patience = 0 };

    private readonly List<TrainingEvent> _events = [];

    [Fact]
    public void Run_Combinations_GivesAHeadWhoseRowsAreSums()
    {
        var data = new RandomSets(5, Size, seed: 5, s_sets);

        var head = Run(s_plan, data, Zero(data), data.Draw(s_train), data.Combined);

        Assert.Equal(data.Labels, head.Classes);
        Assert.Contains(head.Row(4).ToArray(), weight => weight != 0);
        var tied = data.Combined.WithSums(head, from: 0);
        Assert.Equal(tied.Weight, head.Weight);
        Assert.Equal(tied.Bias, head.Bias);
        Assert.All(head.Row(5).ToArray(), weight => Assert.Equal(0f, weight));
    }

    /// <summary>Three projects; chance for a combination is one in twelve.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void Run_RareCombinations_AreToldBetterThanByRowsOfTheirOwnAndOthersAsWell()
    {
        List<(double Common, double Rare, double Absent)> own = [], shared = [];
        foreach (var seed in (int[])[1, 2, 3])
        {
            var data = new RandomSets(5, Size, seed, s_sets);
            var (train, test) = (data.Draw(s_train), data.Draw([.. Enumerable.Repeat(40, 12)]));
            own.Add(Measure(Run(s_plan with { Seed = seed }, data, Zero(data), train, null), test));
            shared.Add(Measure(Run(s_plan with { Seed = seed }, data, Zero(data), train, data.Combined), test));
        }

        var told = $"own {string.Join(" ", own)}, shared {string.Join(" ", shared)}";
        Assert.True(shared.Average(item => item.Rare) > own.Average(item => item.Rare) + 0.1, told);
        Assert.True(shared.Average(item => item.Common) > own.Average(item => item.Common) - 0.02, told);
        Assert.True(shared.Min(item => item.Absent) > 3.0 / 12, told);
        Assert.Equal(0, own.Max(item => item.Absent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Run_PausedAndResumed_IsTheUnbrokenRun(double dropout)
    {
        var data = new RandomSets(5, Size, seed: 6, s_sets);
        var (plan, train, validation) = (s_plan with { Dropout = dropout, Epochs = 6 }, data.Draw(s_train), data.Draw([.. Enumerable.Repeat(4, 12)]));
        var unbroken = Run(plan, data, Zero(data), train, data.Combined, validation);
        var curve = _events.OfType<EpochCompleted>().ToList();
        using var kept = new KeptCheckpoints(pauseAfter: 3);
        Run(plan, data, Zero(data), train, data.Combined, validation, kept.From(null));
        _events.Clear();

        var resumed = Run(plan, data, Zero(data), train, data.Combined, validation, new KeptCheckpoints().From(kept.Last));

        KeptCheckpoints.AssertSameCurve(curve, _events.OfType<EpochCompleted>());
        Assert.Equal(unbroken.Weight, resumed.Weight);
        // Rows of classes alone are kept and moved.
        Assert.Equal([5, Size], kept.Last.Tensors["change"].Shape);
    }

    [Fact]
    public void Run_FromATiedHeadWithoutLearning_GivesItBackBitForBit()
    {
        var data = new RandomSets(5, Size, seed: 7, s_sets);
        var train = data.Draw(s_train);
        var start = Run(s_plan with { Epochs = 2 }, data, Zero(data), train, data.Combined);

        var head = Run(s_plan with { Epochs = 1, HeadLearningRate = 1e-30 }, data, start, train, data.Combined);

        Assert.Equal(start.Weight, head.Weight);
        Assert.Equal(start.Bias, head.Bias);
    }

    /// <summary>Of five known classes the last is shown with others alone, and the fourth not at all.</summary>
    [Fact]
    public void Run_AClassIsShownWithOthersAlone_IsNotLost()
    {
        var data = new RandomSets(5, Size, seed: 8, s_sets);
        var start = Run(s_plan, data, Zero(data), data.Draw(s_train), data.Combined);
        _events.Clear();

        var head = Run(s_plan, data, start, data.Draw(40, 40, 40, 0, 0, 0, 20, 20), data.Combined, oldClasses: 12);

        Assert.Single(_events.OfType<LogWritten>(), line => line.Text.StartsWith("1 of the classes the model knows has no training image", StringComparison.Ordinal));
        Assert.Equal(start.Row(3).ToArray(), head.Row(3).ToArray());
        Assert.NotEqual(start.Row(4).ToArray(), head.Row(4).ToArray());
        Assert.Equal(data.Combined.WithSums(head, from: 0).Weight, head.Weight);
    }

    /// <summary>A class has its budget once, however many combinations it is in; of each label something stays.</summary>
    [Fact]
    public void Run_RehearsalBudget_IsSharedByTheLabelsOfAClass()
    {
        var data = new RandomSets(5, Size, seed: 9, s_sets);
        var train = data.Draw(s_train);

        Run(s_plan with { Epochs = 1, Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = 10 }, data, Zero(data), train, data.Combined, oldClasses: 10);

        var kept = _events.OfType<ExemplarsChosen>().Single().Places.CountBy(place => train.Targets[place]).ToDictionary();
        // 40 of "0" alone, 40 of "0 + 1" and 3 of "0 + 2".
        Assert.Equal((5, 5, 10, 10, 1), (kept[0], kept[6], kept[5], kept[7], kept[8]));
        Assert.All(Enumerable.Range(0, 5), index => Assert.InRange(kept.Where(pair => data.Sets[pair.Key].Contains(index)).Sum(pair => pair.Value), 10, 16));
    }

    [Fact]
    public void OfEpoch_Combinations_DrawsEveryImageOnce()
    {
        var data = new RandomSets(3, 2, seed: 1, [0, 1], []);
        int[] targets = [.. Enumerable.Repeat(0, 81), .. Enumerable.Repeat(2, 9), 3, 4, 4, 4, 4, .. Enumerable.Repeat(1, 25)];

        var drawn = new ImageDraws(targets, classBalanced: true, seed: 1, data.Combined).OfEpoch(1);

        Assert.Equal(Enumerable.Range(0, targets.Length), drawn.Order());
        Assert.NotEqual(Enumerable.Range(0, targets.Length), drawn);
    }

    [Fact]
    public void Run_RowsOfOtherLabels_IsRefused()
    {
        var (data, other) = (new RandomSets(5, Size, seed: 1, s_sets), new RandomSets(4, Size, seed: 1, [0, 1]));

        Assert.Contains("other labels", Assert.Throws<ArgumentException>(() => Run(s_plan, data, Zero(data), data.Draw(s_train), other.Combined)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Afterwards_NoTensorIsAlive()
    {
        var data = new RandomSets(5, Size, seed: 2, s_sets);
        var train = data.Draw(s_train);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Run(s_plan with { Epochs = 3, DistillationWeight = 1, Dropout = 0.1 }, data, Zero(data), train, data.Combined, data.Draw(1, 1, 1), oldClasses: 7);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static LinearHead Zero(RandomSets data) => LinearHead.Zero(data.Labels, Size);

    private LinearHead Run(
        TrainingPlan plan, RandomSets data, LinearHead start, EmbeddingSet train, CombinedRows? combined, EmbeddingSet? validation = null, Checkpoints? checkpoints = null, int oldClasses = 0) =>
        HeadTrainer.Run(
            plan, start, train, validation ?? EmbeddingSet.Empty(data.Size), TestDevice.Chosen, _events.Add, TimeProvider.System, TestContext.Current.CancellationToken, checkpoints, oldClasses, combined: combined).Best;

    private static (double Common, double Rare, double Absent) Measure(LinearHead head, EmbeddingSet test)
    {
        var logits = new float[test.Count * head.Classes.Count];
        head.Logits(test.Embeddings, test.Count, logits);
        int[] all = [.. Enumerable.Range(0, head.Classes.Count)];
        // Rows of their own never say a rare combination; where they cannot be said, both ways are alike.
        return (Right(s_common, s_common), Right(s_rare, all), Right(s_absent, all));

        double Right(int[] labels, int[] among) => Enumerable.Range(0, test.Count).Where(row => labels.Contains(test.Targets[row]))
            .Average(row => among.MaxBy(label => logits[(row * all.Length) + label]) == test.Targets[row] ? 1.0 : 0);
    }
}
