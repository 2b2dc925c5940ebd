using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Tests.Backbones;
using LabelStudio.Learning.Tests.Imaging;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

public sealed class FrozenStagesTests : IDisposable
{
    private const int SidePx = 32;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Where mirroring changes the class, as with digits, no way of changing a picture may mirror it.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Fill_MirrorFlipOnOrOff_MirrorsOnlyWhereItMay(bool mirrorFlip, bool randomCrop)
    {
        var plan = new TrainingPlan { Layers = TrainedLayers.Whole, SidePx = SidePx, MirrorFlip = mirrorFlip, RandomCrop = randomCrop, ColourChange = 0.2 };
        var backbone = BackboneDescriptor.EfficientNetLite0;
        LabelledImage[] images = [.. Enumerable.Range(0, 8).Select(number =>
        {
            var path = _folder.File($"{number}.jpg");
            File.WriteAllBytes(path, DrawnPicture.Jpeg());
            return new LabelledImage(path, 0);
        })];
        using var stages = new FrozenStages(plan, backbone, RandomWeights.Of(backbone), _folder.Path, threads: 1, TestDevice.Chosen, _ => { });
        using var cache = new FeatureCache(_folder.File("cache"), images.Length * stages.Views, stages.FeatureLength);

        stages.Fill(cache, images, stages.Views, _ => { }, TestContext.Current.CancellationToken);

        var mirrored = Enumerable.Range(0, images.Length * stages.Views).Count(view => IsMirrored(cache, view, stages.FeatureLength));
        Assert.Equal(mirrorFlip, mirrored > 0);
    }

    /// <summary>
    /// What is frozen runs on ONNX Runtime and is kept in float16, what trains runs in libtorch: together they are the whole
    /// network. A half has 11 bits, so each feature is off by up to 5e-4 of itself; the logits here spread over about 1.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fill_FeaturesThroughTheTrainedStages_GiveTheLogitsOfTheWholeNetwork(int trainedStages)
    {
        const int Views = 2, WholeSidePx = 64;
        var small = SmallBackbone.Descriptor;
        var weights = RandomWeights.Of(small);
        var plan = TrainingPlan.Balanced with { SidePx = WholeSidePx, LastStageCount = trainedStages };
        LabelledImage[] images = [.. Enumerable.Range(0, 3).Select(number =>
        {
            var path = _folder.File($"{number}.jpg");
            File.WriteAllBytes(path, DrawnPicture.Jpeg(width: 64 + (16 * number), height: 48));
            return new LabelledImage(path, 0);
        })];
        using var stages = new FrozenStages(plan, small, weights, _folder.Path, threads: 1, TestDevice.Chosen, _ => { });
        using var cache = new FeatureCache(_folder.File("cache"), images.Length * Views, stages.FeatureLength);
        stages.Fill(cache, images, Views, _ => { }, TestContext.Current.CancellationToken);
        using var trained = Network(plan, weights, stages.FirstTrainedStage);
        using var whole = Network(plan, weights, 0);

        Assert.Equal(small.Stages.Count - trainedStages, stages.FirstTrainedStage);
        var seen = new List<float>();
        for (var item = 0; item < images.Length * Views; item++)
        {
            var features = new float[stages.FeatureLength];
            cache.Read(item, features);
            using var pixels = torch.tensor(Pixels(images[item / Views].Path, WholeSidePx, isMirrored: item % Views == 1), [1, 3, WholeSidePx, WholeSidePx]);
            using var kept = torch.tensor(features, [1, .. stages.FeatureShape]);
            var expected = whole.Logits(pixels);
            Assert.All(expected.Zip(trained.Logits(kept)), pair => Assert.Equal(pair.First, pair.Second, 5e-3f));
            seen.AddRange(expected);
        }
        Assert.True(seen.Max() - seen.Min() > 0.5, $"logits from {seen.Min()} to {seen.Max()} say little");
    }

    /// <summary>What a GPU computes is what ONNX Runtime computes on a processor; here on whatever device the tests have, in parts as where memory is short.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void DeviceStages_SomePictures_GiveTheFeaturesOfOnnxRuntime(int mostAtOnce)
    {
        const int Side = 64, Count = 4, Frozen = 2;
        var small = SmallBackbone.Descriptor;
        var weights = RandomWeights.Of(small);
        var random = new Random(3);
        float[] pixels = [.. Enumerable.Range(0, Count * 3 * Side * Side).Select(_ => (random.NextSingle() * 2) - 1)];
        var length = small.Stages[Frozen - 1].Channels * small.StageSide(Frozen - 1, Side) * small.StageSide(Frozen - 1, Side);
        var (expected, features) = (new float[Count * length], new float[Count * length]);
        BackboneGraph.WriteStages(small, weights, Frozen, _folder.File("stages.onnx"));
        using var session = new OnnxSession(_folder.File("stages.onnx"), Side, threads: 1);
        session.Run(pixels, Count, BackboneGraph.FeatureOutput, expected);
        var alive = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        List<int> parts = [];

        using (var stages = new DeviceStages(small, weights, Frozen, Side, TestDevice.Chosen, new BatchMemory(_ => { }, mostAtOnce, parts.Add)))
        {
            stages.Run(pixels, Count, features);
        }

        Assert.Equal(Count / mostAtOnce, parts.Count);
        Assert.All(expected.Zip(features), pair => Assert.Equal(pair.First, pair.Second, 5e-3f));
        Assert.True(expected.Max() - expected.Min() > 0.5, $"features from {expected.Min()} to {expected.Max()} say little");
        Assert.Equal(alive, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static FineTuneNetwork Network(TrainingPlan plan, WeightFile weights, int firstStage)
    {
        var random = new Random(5);
        var size = SmallBackbone.Descriptor.EmbeddingSize;
        var head = new LinearHead(
            ClassIndexMap.Of([new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8])]), size, [.. Enumerable.Range(0, 2 * size).Select(_ => (float)(random.NextDouble() - 0.5))], [0.1f, -0.1f]);
        return new(plan, new EfficientNetLite(SmallBackbone.Descriptor, weights), head, firstStage, TestDevice.Chosen, new BatchMemory(_ => { }));
    }

    private static float[] Pixels(string path, int sidePx, bool isMirrored)
    {
        var preprocessing = new ImagePreprocessing(sidePx);
        float[] pixels = new float[preprocessing.Length], mirrored = new float[preprocessing.Length];
        ImageDecoder.DecodeInto(path, preprocessing, pixels);
        ImageAugmentation.Mirror(pixels, sidePx, mirrored);
        return isMirrored ? mirrored : pixels;
    }

    /// <summary>The left half is red: in the red plane it is the lighter one.</summary>
    private static bool IsMirrored(FeatureCache cache, int view, int length)
    {
        var pixels = new float[length];
        cache.Read(view, pixels);
        var rows = pixels.AsSpan(0, SidePx * SidePx).ToArray().Chunk(SidePx).ToArray();
        return rows.Average(row => row[0]) < rows.Average(row => row[^1]);
    }
}
