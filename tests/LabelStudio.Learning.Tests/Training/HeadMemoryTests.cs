using System.Runtime.InteropServices;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Head-only runs on a device whose memory runs out.</summary>
public sealed class HeadMemoryTests
{
    private const int Size = 32, Images = 40;
    private static readonly TrainingPlan Plan = TrainingPlan.Quick with { Epochs = 2, BatchSize = 8, Patience = 0 };
    private readonly RandomEmbeddings _data = new(3, Size, seed: 4);
    private readonly List<string> _log = [];

    /// <summary>A device with room for five images: neither the training images nor a batch of eight fit.</summary>
    [Fact]
    public void Step_MemoryForFiveImages_HalvesSaysSoLearnsTheSameAndKeepsTheSize()
    {
        var whole = Train(null);
        var parts = Train(count =>
        {
            if (count > 5)
            {
                throw new DeviceFailure("CUDA out of memory. Tried to allocate 2.00 GiB");
            }
        });

        Assert.Equal(
            [
                "The device's memory ran out: the images' embeddings stay in the machine's memory, and each batch is copied.",
                "The device's memory ran out: the batch is halved to 4 images at a time. Their gradients are added up, so the result stays the same.",
            ],
            _log);
        Assert.Equal((null, 4), (whole.Checkpoint.MostAtOnce, parts.Checkpoint.MostAtOnce));
        // Gradients of parts add up to those of the whole: float32 in another order, hence the tolerance.
        Assert.All(whole.Change.Zip(parts.Change), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(whole.Logits.Zip(parts.Logits), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        Assert.NotEqual(0, whole.Change.Max());
    }

    [Fact]
    public void Step_NoRoomForOneImage_FailsWithAdvice() =>
        Assert.Throws<DeviceMemoryException>(() => Train(_ => throw new DeviceFailure("CUDA out of memory.")));

    /// <summary>Else the resumed run would meet the same failure again.</summary>
    [Fact]
    public void Resume_BatchWasHalvedBefore_BeginsWithThatSize()
    {
        using var kept = new KeptCheckpoints(pauseAfter: 1);
        using var resumed = new KeptCheckpoints();
        Run(kept.From(null));

        Run(resumed.From(kept.Last with { MostAtOnce = 3 }));

        Assert.Equal((2, 3), (resumed.Last.Epoch, resumed.Last.MostAtOnce));

        void Run(Checkpoints checkpoints) => HeadTrainer.Run(
            Plan, Start(), Draw(), EmbeddingSet.Empty(Size), TestDevice.Chosen, _ => { }, TimeProvider.System, TestContext.Current.CancellationToken, checkpoints);
    }

    private (float[] Change, float[] Logits, TrainingCheckpoint Checkpoint) Train(Action<int>? onPart)
    {
        var train = Draw();
        using var network = new HeadNetwork(Plan, Start(), train, 0, TestDevice.Chosen, new BatchMemory(_log.Add, onPart: onPart), TestContext.Current.CancellationToken);
        using var images = network.Load(train.Only([1, 2, 3, 4]), TestContext.Current.CancellationToken);
        for (var begin = 0; begin < Images; begin += Plan.BatchSize)
        {
            network.Step([.. Enumerable.Range(begin, Plan.BatchSize)], 1e-2);
        }
        var checkpoint = new TrainingCheckpoint { Plan = Plan, Epoch = 1, OptimizerSteps = 0, Elapsed = default, BestEpoch = 0, Epochs = [] };
        return (network.Copy().Change, network.Logits(images), network.SaveTo(checkpoint, new Dictionary<string, WeightTensor>(StringComparer.Ordinal)));
    }

    private LinearHead Start() => LinearHead.Zero(ClassIndexMap.Of(_data.ClassIds), Size);

    private EmbeddingSet Draw()
    {
        var (embeddings, targets) = new RandomEmbeddings(3, Size, seed: 4).Many(Images);
        return new EmbeddingSet(Images, Size, embeddings, targets);
    }

    /// <summary>As libtorch's wrapper reports it.</summary>
    private sealed class DeviceFailure(string message) : ExternalException(message);
}
