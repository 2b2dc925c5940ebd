using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Growing from three classes to five: what is shown of the old ones, and what holds their logits.</summary>
public sealed class RehearsalTests
{
    private const int Size = 64, OldClasses = 3;
    private static readonly TrainingPlan s_plan = TrainingPlan.Quick with { Epochs = 8, BatchSize = 16, Patience = 0 };
    private readonly RandomEmbeddings _data = new(5, Size, seed: 8);
    private readonly List<TrainingEvent> _events = [];

    [Theory]
    [InlineData(RehearsalMemory.All, 200)]
    [InlineData(RehearsalMemory.Herding, (3 * 10) + 80)]
    [InlineData(RehearsalMemory.Random, (3 * 10) + 80)]
    [InlineData(RehearsalMemory.NearestMean, (3 * 10) + 80)]
    public void Run_Budget_ShowsSoManyOfEachOldClassAndAllOfNewOnes(RehearsalMemory memory, int shown)
    {
        Run(s_plan with { Rehearsal = memory, ExemplarsPerClass = 10 }, Grown(), Draw(200), OldClasses);

        Assert.Equal(shown, _events.OfType<RunStarted>().Single().TrainCount);
        Assert.Equal(shown == 200 ? 0 : 1, _events.OfType<LogWritten>().Count(line => line.Text.Contains("90 of 200", StringComparison.Ordinal)));
        Assert.Equal(shown == 200 ? [] : [30], _events.OfType<ExemplarsChosen>().Select(chosen => chosen.Places.Count));
    }

    /// <summary>The budget counts pinned images too, and never takes one away.</summary>
    [Theory]
    [InlineData(4, 10)]
    [InlineData(12, 12)]
    public void Run_SomeImagesArePinned_KeepsThemInAnyCase(int pinnedOfFirst, int keptOfFirst)
    {
        var train = Draw(200);
        int[] ofFirst = [.. Enumerable.Range(0, train.Count).Where(row => train.Targets[row] == 0)];
        var pinned = ofFirst.TakeLast(pinnedOfFirst).ToHashSet();

        Run(s_plan with { Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = 10 }, Grown(), train, OldClasses, pinned: pinned);

        var places = _events.OfType<ExemplarsChosen>().Single().Places;
        Assert.Subset(places.ToHashSet(), pinned);
        Assert.Equal(places.Order(), places);
        Assert.Equal([keptOfFirst, 10, 10], Enumerable.Range(0, OldClasses).Select(target => places.Count(place => train.Targets[place] == target)));
    }

    [Fact]
    public void Rows_SameSeed_AreTheSame()
    {
        var set = Draw(200);

        int[] Rows(int seed) => Rehearsal.Rows(
            s_plan with { Rehearsal = RehearsalMemory.Random, ExemplarsPerClass = 10, Seed = seed }, set.Targets, OldClasses, rows => set.Only(rows).Embeddings, Size, _ => false);

        Assert.Equal(Rows(1), Rows(1));
        Assert.NotEqual(Rows(1), Rows(2));
    }

    /// <summary>New images only: what makes a network forget.</summary>
    [Fact]
    public void Run_Distillation_KeepsOldLogitsNearer()
    {
        var (start, all, held) = (Grown(), Draw(200), Draw(100));
        var train = all.Only([.. Enumerable.Range(0, all.Count).Where(row => all.Targets[row] >= OldClasses)]);

        double Drift(double weight)
        {
            var head = Run(s_plan with { DistillationWeight = weight }, start, train, OldClasses).Best;
            var (before, after) = (OldProbabilities(start, held), OldProbabilities(head, held));
            return before.Zip(after, (one, other) => Math.Abs(one - other)).Average();
        }

        var (without, with) = (Drift(0), Drift(5));
        Assert.True(with < without / 2, $"mean change of an old class's share: {with:f4} with distillation, {without:f4} without");
    }

    /// <summary>All images of the second of three old classes were deleted; without that its rows would be pushed away.</summary>
    [Theory]
    [InlineData(RehearsalMemory.All)]
    [InlineData(RehearsalMemory.Herding)]
    public void Run_OneOldClassHasNoImageLeft_KeepsItsRowsBitForBit(RehearsalMemory memory)
    {
        const int Lost = 1;
        var (start, all) = (Grown(), Draw(200));
        var train = all.Only([.. Enumerable.Range(0, all.Count).Where(row => all.Targets[row] != Lost)]);

        var head = Run(s_plan with { Rehearsal = memory, ExemplarsPerClass = 10 }, start, train, OldClasses).Best;

        Assert.Equal(start.Row(Lost).ToArray(), head.Row(Lost).ToArray());
        Assert.Equal(start.Bias[Lost], head.Bias[Lost]);
        Assert.NotEqual(start.Row(0).ToArray(), head.Row(0).ToArray());
        Assert.Contains(_events.OfType<LogWritten>(), line => line.Text.StartsWith("1 of the classes the model knows has no training image", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OldClasses, 1)]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    public void Run_HeadHasGrown_TellsBeforeTheFirstStepWhatGrowthAloneHasDone(int oldClasses, int sentences)
    {
        Run(s_plan, Grown(), Draw(200), oldClasses, Draw(50));

        Assert.Equal(sentences, _events.TakeWhile(item => item is not BatchCompleted).OfType<LogWritten>().Count(line => line.Text.StartsWith("Before the first step", StringComparison.Ordinal)));
    }

    [Fact]
    public void Run_MoreOldClassesThanClasses_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(s_plan, Grown(), Draw(20), 6));

    private LinearHead Grown()
    {
        var old = Draw(240);
        var known = old.Only([.. Enumerable.Range(0, old.Count).Where(row => old.Targets[row] < OldClasses)]);
        var parent = Run(s_plan, LinearHead.Zero(ClassIndexMap.Of(_data.ClassIds[..OldClasses]), Size), known, 0).Best;
        _events.Clear();
        return parent.GrowTo(ClassIndexMap.Of(_data.ClassIds));
    }

    private EmbeddingSet Draw(int count)
    {
        var (embeddings, targets) = _data.Many(count);
        return new EmbeddingSet(count, Size, embeddings, targets);
    }

    private HeadTrainingResult Run(TrainingPlan plan, LinearHead start, EmbeddingSet train, int oldClasses, EmbeddingSet? validation = null, IReadOnlySet<int>? pinned = null) => HeadTrainer.Run(
        plan, start, train, validation ?? EmbeddingSet.Empty(Size), TestDevice.Chosen, _events.Add, TimeProvider.System, TestContext.Current.CancellationToken, oldClasses: oldClasses, pinned: pinned);

    private static float[] OldProbabilities(LinearHead head, EmbeddingSet images)
    {
        var logits = new float[images.Count * head.Classes.Count];
        head.Logits(images.Embeddings, images.Count, logits);
        float[] old = [.. logits.Chunk(head.Classes.Count).SelectMany(row => row[..OldClasses])];
        TemperatureScaling.Softmax(old, OldClasses, images.Count, 1);
        return old;
    }
}
