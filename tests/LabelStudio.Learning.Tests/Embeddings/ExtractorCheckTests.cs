using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Learning.Tests.Embeddings;

public sealed class ExtractorCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Network => Path.Combine(_folder.Path, "network.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_FittingDescriptor_FindsNothingAndTheSize()
    {
        SmallExtractors.Write(Network);

        var (problems, size) = ExtractorCheck.Of(Network, SmallExtractors.Descriptor);

        Assert.Empty(problems);
        Assert.Equal(SmallExtractors.EmbeddingSize, size);
    }

    [Fact]
    public void Of_WrongNamesAndSide_NamesEachWithWhatIsThere()
    {
        SmallExtractors.Write(Network);

        Assert.Contains("no input 'image': it has 'pixels'", Problem(SmallExtractors.Descriptor with { InputName = "image" }), StringComparison.Ordinal);
        Assert.Contains("no output 'embedding': it has 'logits'", Problem(SmallExtractors.Descriptor with { OutputName = "embedding" }), StringComparison.Ordinal);
        Assert.Contains("must be float32 [N, 3, 64, 64]", Problem(SmallExtractors.Descriptor with { SidePx = 64 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WrongNumbers_SaysWhichAreMeant()
    {
        SmallExtractors.Write(Network);

        Assert.Contains("mean needs three numbers", Problem(SmallExtractors.Descriptor with { Mean = [0.5f] }), StringComparison.Ordinal);
        Assert.Contains("standard deviation needs three numbers above 0", Problem(SmallExtractors.Descriptor with { StandardDeviation = [1, 0, 1] }), StringComparison.Ordinal);
        Assert.Contains("licence is missing", Problem(SmallExtractors.Descriptor with { Licence = " " }), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FixedNumberOfPictures_IsRefused()
    {
        SmallExtractors.Write(Network, batch: 1);

        Assert.Contains("any number N of pictures", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OutputThatIsNoEmbedding_IsRefused()
    {
        SmallExtractors.Write(Network, spoil: (_, _) => "pooled", outputs: ["any", 3, 2, 2]);

        Assert.Contains("must be float32 [N, D]", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NumbersThatAreNotFinite_AreRefused()
    {
        SmallExtractors.Write(Network, spoil: (graph, flat) => graph.Node("Log", "broken", [flat]));

        Assert.Contains("not finite", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SameNumbersForAllPictures_AreRefused()
    {
        SmallExtractors.Write(Network, spoil: (graph, flat) => graph.Node("Mul", "flattened", [flat, graph.Constant("zero", [0f])]));

        Assert.Contains("same for different pictures", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PicturesThatChangeEachOther_AreRefused()
    {
        SmallExtractors.Write(Network, spoil: (graph, flat) =>
            graph.Node("Sub", "centred", [flat, graph.Node("ReduceMean", "mean", [flat], ("axes", new long[] { 0 }), ("keepdims", 1))]));

        Assert.Contains("evaluation mode", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NumbersDrawnAtRandom_AreRefused()
    {
        SmallExtractors.Write(Network, spoil: (graph, flat) => graph.Node("Add", "noisy", [flat, graph.Node("RandomNormalLike", "noise", [flat])]));

        Assert.Contains("evaluation mode", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoNetwork_IsRefused()
    {
        File.WriteAllText(Network, "This is no network.");

        Assert.Contains("no ONNX network", Problem(SmallExtractors.Descriptor), StringComparison.Ordinal);
    }

    private string Problem(ExtractorDescriptor descriptor)
    {
        var (problems, size) = ExtractorCheck.Of(Network, descriptor);
        Assert.Equal(0, size);
        return string.Join(" ", problems);
    }
}
