using System.Runtime.InteropServices;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Backbones;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

public sealed class BatchMemoryTests
{
    private readonly List<string> _log = [];

    [Fact]
    public void InParts_MemoryForFourImages_HalvesUntilItFitsSaysSoAndStaysThere()
    {
        var memory = new BatchMemory(_log.Add);
        var done = new List<(int, int)>();
        var begunAgain = 0;
        void Part(int begin, int count) => done.Add(count > 4 ? throw OutOfMemory() : (begin, count));

        memory.InParts(10, Part, () => begunAgain++);
        memory.InParts(6, Part, () => begunAgain++);

        Assert.Equal([(0, 3), (3, 3), (6, 3), (9, 1), (0, 3), (3, 3)], done);
        Assert.Equal(2, begunAgain);
        Assert.Equal(2, _log.Count);
        Assert.Contains("halved to 3 images", _log[1], StringComparison.Ordinal);
    }

    [Fact]
    public void InParts_NoMemoryForOneImage_FailsWithAdvice()
    {
        var error = Assert.Throws<DeviceMemoryException>(() => new BatchMemory(_log.Add).InParts(4, (_, _) => throw OutOfMemory(), () => { }));

        Assert.Contains("smaller image side", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InParts_AnotherFailure_IsNotTakenForMemory() =>
        Assert.Throws<DeviceFailure>(() => new BatchMemory(_log.Add).InParts(4, (_, _) => throw new DeviceFailure("device-side assert triggered"), () => { }));

    /// <summary>Gradients of parts add up to those of the whole: float32 in another order, hence the tolerance.</summary>
    [Fact]
    public void Step_BatchInParts_IsTheStepOfTheWholeBatch()
    {
        var (whole, parts) = (Steps(null), Steps(mostAtOnce: 3));

        Assert.Equal(whole.Loss, parts.Loss, 1e-5);
        Assert.All(whole.Weight.Zip(parts.Weight), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.NotEqual(0, whole.Weight.Max());
    }

    private static DeviceFailure OutOfMemory() => new("CUDA out of memory. Tried to allocate 2.00 GiB");

    private static (double Loss, float[] Weight) Steps(int? mostAtOnce)
    {
        var small = SmallBackbone.Descriptor;
        var classes = ClassIndexMap.Of([new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8])]);
        using var network = new FineTuneNetwork(
            TrainingPlan.Balanced with { Dropout = 0 }, new EfficientNetLite(small, RandomWeights.Of(small)), LinearHead.Zero(classes, 32), 0,
            TestDevice.Chosen, new BatchMemory(_ => { }, mostAtOnce));
        var random = new Random(3);
        float[] pixels = [.. Enumerable.Range(0, 7 * 3 * 64 * 64).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        using var batch = new FineTuneBatch(torch.tensor(pixels, [7, 3, 64, 64]), [0, 1, 0, 1, 1, 0, 1], []);
        network.Step(batch, 1);
        return (network.Step(batch, 1).Loss, network.Export().Head.Weight);
    }

    /// <summary>As libtorch's wrapper reports it.</summary>
    private sealed class DeviceFailure(string message) : ExternalException(message);
}
