using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Two colours and the combination of both, here shown by reddish pictures of a seed of their own.</summary>
public sealed class CombinationFineTuneTests : FineTuneTests
{
    private static readonly CombinedRows s_combined = CombinedRows.Of(MoreClasses, id => id == MoreClasses[2] ? [MoreClasses[0], MoreClasses[1]] : null)!;

    [Fact]
    public void Run_Combination_TrainsTheRowsOfClassesAloneAndGivesTheirSum()
    {
        using var kept = new KeptCheckpoints();

        var result = Train(Plan, kept.From(null));

        Assert.Equal(MoreClasses, result.Head.Classes);
        Assert.Contains(result.Head.Row(0).ToArray(), weight => weight != 0);
        Assert.Equal(s_combined.WithSums(result.Head, from: 0).Weight, result.Head.Weight);
        Assert.Equal(s_combined.WithSums(result.Head, from: 0).Bias, result.Head.Bias);
        Assert.Equal([2, Small.EmbeddingSize], kept.Last.Tensors["head.weight"].Shape);
    }

    [Fact]
    public void Run_PausedAndResumed_IsTheUnbrokenRun()
    {
        var unbroken = Train(Plan, null);
        var curve = _events.OfType<EpochCompleted>().ToList();
        using var kept = new KeptCheckpoints(pauseAfter: 2);
        Train(Plan, kept.From(null));
        _events.Clear();

        var resumed = Train(Plan, new KeptCheckpoints().From(kept.Last));

        KeptCheckpoints.AssertSameCurve(curve, _events.OfType<EpochCompleted>());
        Assert.Equal(unbroken.Head.Weight, resumed.Head.Weight);
        Assert.Equal(unbroken.Backbone.Sha256, resumed.Backbone.Sha256);
    }

    /// <summary>Distilled too, with images of old labels left out.</summary>
    [Fact]
    public void Run_Afterwards_NoTensorIsAlive()
    {
        var start = Train(Plan with { Epochs = 1 }, null).Head;
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Train(Plan with { Epochs = 2, DistillationWeight = 1, Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = 3 }, null, start, oldClasses: 3);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Contains(_events.OfType<LogWritten>(), line => line.Text.Contains("of the validation images with labels that the model knew", StringComparison.Ordinal) || line.Text.Contains("rehearsal memory", StringComparison.Ordinal));
    }

    private FineTuneResult Train(TrainingPlan plan, Checkpoints? checkpoints, LinearHead? start = null, int oldClasses = 0)
    {
        List<LabelledImage> both = [.. Pictures(8, 3).Where(image => image.Target == 0).Select(image => image with { Target = 2 })];
        return FineTuneTrainer.Run(
            plan, Small, Weights, start ?? LinearHead.Zero(MoreClasses, Small.EmbeddingSize), [.. Pictures(16, 1), .. both], Pictures(6, 2), Scratch, TestDevice.Chosen, _events.Add, _clock,
            CancellationToken.None, checkpoints, oldClasses, combined: s_combined);
    }
}
