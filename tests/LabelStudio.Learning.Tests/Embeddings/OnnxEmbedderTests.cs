using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Learning.Tests.Embeddings;

public sealed class OnnxEmbedderTests : IDisposable
{
    private const int SidePx = 64, ImageLength = 3 * SidePx * SidePx;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_SecondTime_KeepsTheWrittenGraphAndTheKey()
    {
        using var first = Open();
        var graph = Assert.Single(Directory.GetFiles(_folder.Path));
        var written = File.GetLastWriteTimeUtc(graph);

        using var second = Open();

        Assert.Equal(graph, Assert.Single(Directory.GetFiles(_folder.Path)));
        Assert.Equal(written, File.GetLastWriteTimeUtc(graph));
        Assert.Equal(first.Key, second.Key);
        Assert.Matches("^[0-9a-f]{12}-64-v1$", first.Key.ToString());
    }

    [Fact]
    public async Task Embed_ManyCallersAtOnce_EachGetsItsOwnEmbeddings()
    {
        using var embedder = Open();
        float[][] images = [.. Enumerable.Range(1, 6).Select(Image)];
        float[][] expected = [.. images.Select(image => Embed(embedder, image, 1))];

        var actual = await Task.WhenAll(images.Select(image => Task.Run(() => Embed(embedder, image, 1))));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Embed_MoreThanOneBatch_GivesEveryRow()
    {
        const int count = 19;
        using var embedder = Open();
        float[] images = [.. Enumerable.Range(0, count).SelectMany(Image)];

        var embeddings = Embed(embedder, images, count);

        var last = Embed(embedder, Image(count - 1), 1);
        for (var i = 0; i < last.Length; i++)
        {
            Assert.Equal(last[i], embeddings[(count - 1) * last.Length + i], 1e-4f);
        }
    }

    [Fact]
    public void Embed_NoPicture_DoesNothing()
    {
        using var embedder = Open();

        embedder.Embed(ReadOnlyMemory<float>.Empty, 0, []);
    }

    [Theory]
    [InlineData(ImageLength - 1, 1280)]
    [InlineData(ImageLength, 1279)]
    public void Embed_LengthThatDoesNotFit_IsRefused(int images, int embeddings)
    {
        using var embedder = Open();

        Assert.Throws<ArgumentException>(() => embedder.Embed(new float[images], 1, new float[embeddings]));
    }

    [Fact]
    public void Open_NoWeightFile_IsRefused()
    {
        var path = _folder.File("text.safetensors");
        File.WriteAllText(path, "no weights");

        Assert.Throws<InvalidDataException>(() => OnnxEmbedder.Open(BackboneDescriptor.EfficientNetLite0, path, _folder.Path, SidePx, threads: 1));
    }

    private OnnxEmbedder Open() => OnnxEmbedder.Open(BackboneDescriptor.EfficientNetLite0, PretrainedWeights.ModelPath, _folder.Path, SidePx, threads: 2);

    private static float[] Embed(OnnxEmbedder embedder, float[] images, int count)
    {
        var embeddings = new float[count * embedder.EmbeddingSize];
        embedder.Embed(images, count, embeddings);
        return embeddings;
    }

    private static float[] Image(int seed) => [.. Enumerable.Range(0, ImageLength).Select(i => (float)Math.Sin(i * 0.01 * (seed + 1)))];
}
