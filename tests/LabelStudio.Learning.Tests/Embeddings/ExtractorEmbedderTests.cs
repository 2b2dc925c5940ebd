using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Learning.Tests.Embeddings;

public sealed class ExtractorEmbedderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embed_WhitePicture_IsFedAsItsDescriptorSays()
    {
        using var embedder = ExtractorEmbedder.Open(SmallExtractors.WriteIn(_folder.Path), threads: 1);
        var white = new float[new ImagePreprocessing(SmallExtractors.SidePx).Length];
        Array.Fill(white, 1f);
        var embedding = new float[embedder.EmbeddingSize];

        embedder.Embed(white, 1, embedding);

        Assert.Equal((1 - 0.485f) / 0.229f, embedding[0], 1e-5f);
        Assert.Equal((1 - 0.456f) / 0.224f, embedding[4], 1e-5f);
        Assert.Equal((1 - 0.406f) / 0.225f, embedding[8], 1e-5f);
        Assert.All(white, value => Assert.Equal(1f, value));
    }

    [Fact]
    public void KeyOf_OtherMean_IsAnother()
    {
        var one = SmallExtractors.WriteIn(Path.Combine(_folder.Path, "one"));
        var other = SmallExtractors.WriteIn(Path.Combine(_folder.Path, "other"), SmallExtractors.Descriptor with { Mean = [0.5f, 0.5f, 0.5f] });
        var renamed = SmallExtractors.WriteIn(Path.Combine(_folder.Path, "renamed"), SmallExtractors.Descriptor with { Name = "Another name" });

        Assert.NotEqual(ExtractorEmbedder.KeyOf(one), ExtractorEmbedder.KeyOf(other));
        Assert.Equal(ExtractorEmbedder.KeyOf(one), ExtractorEmbedder.KeyOf(renamed));
    }

    [Theory]
    [InlineData("pixels")]
    [InlineData("image")]
    public void Write_ClassifierOnAnExtractor_AnswersAsItsPartsDo(string input)
    {
        var extractor = SmallExtractors.WriteIn(_folder.Path, SmallExtractors.Descriptor with { InputName = input });
        var random = new Random(1);
        var head = new LinearHead(
            ClassIndexMap.Of([Guid.NewGuid(), Guid.NewGuid()]), SmallExtractors.EmbeddingSize, [.. Enumerable.Range(0, 24).Select(_ => (float)random.NextDouble())], [0.1f, -0.2f]);
        var path = Path.Combine(_folder.Path, "model.onnx");

        ExtractorClassifier.Write(extractor, head, ["Cup", "Plate"], temperature: 1.5, path);

        EngineParity.DemandOfExtractor(extractor, head, 1.5, path);
        Assert.Throws<ModelFolderException>(() => EngineParity.DemandOfExtractor(extractor, head, 3, path));
    }

    [Fact]
    public void LiveHead_EmbeddingsThatDifferInSignOnly_AreToldApart()
    {
        Guid[] classes = [new(1, 0, 0, new byte[8]), new(2, 0, 0, new byte[8])];
        var random = new Random(1);
        var live = new StreamingLdaHead(embeddingSize: 4);
        for (var image = 0; image < 40; image++)
        {
            live.Add(classes[image % 2], Draw(image % 2));
        }
        var solution = live.Solve()!;
        var logits = new float[2];

        foreach (var kind in new[] { 0, 1 })
        {
            solution.Logits(Draw(kind), 1, logits);
            Assert.Equal(classes[kind], solution.Classes[logits[0] > logits[1] ? 0 : 1]);
        }

        float[] Draw(int kind) => [.. Enumerable.Range(0, 4).Select(_ => (kind == 0 ? 1 : -1) * (float)(0.5 + random.NextDouble()))];
    }
}
