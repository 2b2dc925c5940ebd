using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Backbones;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>
/// The loss that is trained on is (1 − ε)·CE(target) + ε·mean over classes of −log p (Szegedy and others 2016, "Rethinking
/// the Inception architecture", section 7). Float32 in libtorch against float64 here, hence the tolerance.
/// </summary>
public sealed class LabelSmoothingTests
{
    private const int Count = 6, ClassCount = 3;
    private const double Tolerance = 1e-4;

    private static readonly long[] Targets = [0, 1, 2, 2, 1, 0];

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Step_Head_LosesAsSmoothedTargetsDo(double smoothing)
    {
        var data = new RandomEmbeddings(ClassCount, 16, seed: 4);
        var (embeddings, _) = data.Many(Count);
        var start = DrawnHead(data.ClassIds, 16);
        var train = new EmbeddingSet(Count, 16, embeddings, [.. Targets.Select(target => (int)target)]);
        using var network = new HeadNetwork(TrainingPlan.Quick with { LabelSmoothing = smoothing }, start, train, 0, TestDevice.Chosen, new BatchMemory(_ => { }), TestContext.Current.CancellationToken);
        var logits = new float[Count * ClassCount];
        start.Logits(embeddings, Count, logits);

        var (loss, _) = network.Step([0, 1, 2, 3, 4, 5], learningRate: 0);

        Assert.Equal(Expected(logits, smoothing), loss, Tolerance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Step_FineTuning_LosesAsSmoothedTargetsDo(double smoothing)
    {
        var small = SmallBackbone.Descriptor;
        var plan = TrainingPlan.Balanced with { Dropout = 0, LabelSmoothing = smoothing };
        var start = DrawnHead([.. Enumerable.Range(1, ClassCount).Select(number => new Guid(number, 0, 0, new byte[8]))], small.EmbeddingSize);
        using var network = new FineTuneNetwork(
            plan, new EfficientNetLite(small, RandomWeights.Of(small)), start, 0, TestDevice.Chosen, new BatchMemory(_ => { }));
        var random = new Random(3);
        float[] pixels = [.. Enumerable.Range(0, Count * 3 * 32 * 32).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        using var batch = new FineTuneBatch(torch.tensor(pixels, [Count, 3, 32, 32]), Targets, []);
        var logits = network.Logits(batch.Features);

        var (loss, _) = network.Step(batch, rateFactor: 0);

        Assert.Equal(Expected(logits, smoothing), loss, Tolerance);
    }

    private static double Expected(float[] logits, double smoothing) => logits.Chunk(ClassCount).Index().Average(item =>
    {
        var logSum = Math.Log(item.Item.Sum(logit => Math.Exp(logit)));
        double Surprise(float logit) => logSum - logit;
        return ((1 - smoothing) * Surprise(item.Item[Targets[item.Index]])) + (smoothing * item.Item.Average(Surprise));
    });

    private static LinearHead DrawnHead(Guid[] classIds, int size)
    {
        var random = new Random(2);
        return new(ClassIndexMap.Of(classIds), size, [.. Enumerable.Range(0, classIds.Length * size).Select(_ => (float)(random.NextDouble() - 0.5))], [0.1f, -0.2f, 0.3f]);
    }
}
