using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Tests.Imaging;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.OnnxExport;

public sealed class OnnxGraphWriterTests : IDisposable
{
    private const int SidePx = 96, Count = 3, PhotographSidePx = 224;
    private const double Temperature = 1.7;
    private static readonly string[] ClassNames = ["shirt", "hat \"old\"", "Schuh", "dress"];
    private static readonly BackboneDescriptor Backbone = BackboneDescriptor.EfficientNetLite0;

    private readonly TemporaryFolder _folder = new();
    private readonly LinearHead _head = RandomHead();

    private string Path => _folder.File("model.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteClassifier_SamePictures_AgreesWithTorchSharpWithinAHundredthOfAPercent() => AssertEnginesAgree(Images(), SidePx);

    /// <summary>At the size of use, and read from files as the program reads them.</summary>
    [Fact]
    public void WriteClassifier_PicturesLikePhotographs_AgreesWithTorchSharpWithinAHundredthOfAPercent() =>
        AssertEnginesAgree(Decode([.. Enumerable.Range(1, 6).Select(PictureLikeAPhotograph.Jpeg)]), PhotographSidePx);

    [Fact]
    public void WriteClassifier_Photographs_AgreesWithTorchSharpWithinAHundredthOfAPercent()
    {
        var classes = Directory.GetDirectories(SharedData.Require("clothing/test"));

        AssertEnginesAgree(Decode([.. classes.Select(folder => File.ReadAllBytes(Directory.GetFiles(folder).Order(StringComparer.Ordinal).First()))]), PhotographSidePx);
    }

    [Fact]
    public void WriteClassifier_PicturesOneByOne_GivesTheSameAsInOneBatch()
    {
        Write(Temperature);
        var images = Images();
        using var session = new OnnxSession(Path, SidePx, threads: 1);
        float[] together = new float[Count * 4], single = new float[4];
        session.Run(images, Count, OnnxGraphWriter.ProbabilitiesOutput, together);

        for (var i = 0; i < Count; i++)
        {
            var imageLength = images.Length / Count;
            session.Run(images.AsMemory(i * imageLength, imageLength), 1, OnnxGraphWriter.ProbabilitiesOutput, single);
            AssertClose(together[(i * 4)..((i + 1) * 4)], single, 1e-5f);
        }
    }

    [Fact]
    public void WriteClassifier_Metadata_TellsClassesAndPreprocessing()
    {
        Write(Temperature);

        using var session = new InferenceSession(Path);

        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(ClassNames, JsonSerializer.Deserialize<string[]>(metadata["class_names"])!);
        Assert.Equal(_head.Classes.ClassIds, JsonSerializer.Deserialize<Guid[]>(metadata["class_ids"])!);
        Assert.Equal("96", metadata["side_px"]);
        Assert.Equal("1.7", metadata["temperature"]);
        Assert.Contains("127.5", metadata["preprocessing"], StringComparison.Ordinal);
        Assert.Equal("image", session.InputNames.Single());
        Assert.Equal(["logits", "probabilities"], session.OutputNames);
        Assert.Equal([-1, 3, SidePx, SidePx], session.InputMetadata["image"].Dimensions);
    }

    [Fact]
    public void WriteClassifier_FolderAfterwards_HoldsOnlyTheModel()
    {
        Write(Temperature);

        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void WriteClassifier_TemperatureNotAboveZero_IsRefused(double temperature) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(temperature));

    private void AssertEnginesAgree(float[] images, int sidePx)
    {
        Write(Temperature, sidePx);
        var count = images.Length / new ImagePreprocessing(sidePx).Length;
        float[] logits = new float[count * 4], probabilities = new float[count * 4];
        using (var session = new OnnxSession(Path, sidePx, threads: 2))
        {
            session.Run(images, count, OnnxGraphWriter.LogitsOutput, logits);
            session.Run(images, count, OnnxGraphWriter.ProbabilitiesOutput, probabilities);
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(Backbone, PretrainedWeights.Lite0);
        var embedding = network.forward(tensor(images, [count, 3, sidePx, sidePx]));
        var torchLogits = nn.functional.linear(embedding, tensor(_head.Weight, [4, Backbone.EmbeddingSize]), tensor(_head.Bias));
        var torchProbabilities = torchLogits.clone().ScaleInPlace(1 / Temperature).softmax(1);

        AssertClose(torchLogits.data<float>().ToArray(), logits, 1e-3f);
        AssertClose(torchProbabilities.data<float>().ToArray(), probabilities, 1e-4f);
        Assert.True(probabilities.Chunk(4).Min(row => row.Max()) < 0.99f, "A saturated softmax would hide a difference.");
        Assert.True(count == 1 || Enumerable.Range(0, 4).Any(column => Math.Abs(probabilities[column] - probabilities[^(4 - column)]) > 1e-3f), "Pictures that all look alike to the network would hide a difference.");
    }

    private static float[] Decode(IReadOnlyList<byte[]> pictures)
    {
        var preprocessing = new ImagePreprocessing(PhotographSidePx);
        var images = new float[pictures.Count * preprocessing.Length];
        for (var i = 0; i < pictures.Count; i++)
        {
            ImageDecoder.DecodeInto(pictures[i], preprocessing, images.AsSpan(i * preprocessing.Length, preprocessing.Length));
        }
        return images;
    }

    private void Write(double temperature, int sidePx = SidePx) =>
        OnnxGraphWriter.WriteClassifier(Backbone, PretrainedWeights.Lite0, _head, ClassNames, temperature, sidePx, Path);

    private static LinearHead RandomHead()
    {
        var random = new Random(3);
        var classes = ClassIndexMap.Of(ClassNames.Select(_ => NewGuid(random)));
        float Next(float size) => (random.NextSingle() * 2 - 1) * size;
        return new(classes, Backbone.EmbeddingSize, [.. Enumerable.Range(0, 4 * Backbone.EmbeddingSize).Select(_ => Next(0.08f))], [.. ClassNames.Select(_ => Next(0.5f))]);
    }

    private static Guid NewGuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new(bytes);
    }

    private static float[] Images()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Count * 3 * SidePx * SidePx).Select(i => (float)Math.Sin(i * 0.001 * (1 + i / (3 * SidePx * SidePx))) * 0.8f + (random.NextSingle() - 0.5f) * 0.4f)];
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }
}
