using System.Buffers.Binary;
using System.Text;
using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Tests.Backbones;

public sealed class WeightFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_PretrainedFile_GivesEveryTensor()
    {
        var weights = PretrainedWeights.Lite0;

        Assert.Equal(247, weights.Tensors.Count);
        Assert.Equal(4_694_024, weights.Tensors.Values.Sum(tensor => tensor.Values.Length));
        Assert.Equal([32, 3, 3, 3], weights.Tensors["conv_stem.weight"].Shape);
    }

    [Fact]
    public void Sha256_PretrainedFile_IsTheOneNotedBesideIt()
    {
        var noted = File.ReadLines(Path.Combine(PretrainedWeights.Folder, "sha256"))
            .Single(line => line.EndsWith("model.safetensors", StringComparison.Ordinal));

        Assert.Equal(noted.Split(' ')[0], PretrainedWeights.Lite0.Sha256);
    }

    [Fact]
    public void Write_ThenRead_GivesTheSameTensorsAndHash()
    {
        var tensors = new Dictionary<string, WeightTensor>
        {
            ["z"] = new([2, 3], [1, -2, 3.5f, float.Epsilon, 5, 6]),
            ["a"] = new([], [7]),
            ["none"] = new([0, 4], []),
        };
        var path = _folder.File("w.safetensors");

        WeightFile.Write(path, tensors);
        var read = WeightFile.Read(path);

        Assert.Equal(WeightFile.Of(tensors).Sha256, read.Sha256);
        Assert.Equal(["a", "none", "z"], read.Tensors.Keys.Order());
        Assert.Equal([2, 3], read.Tensors["z"].Shape);
        Assert.Equal(tensors["z"].Values, read.Tensors["z"].Values);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_ShapeThatDoesNotFit_IsRefused() =>
        Assert.Throws<ArgumentException>(() => WeightFile.Write(_folder.File("w"), new Dictionary<string, WeightTensor> { ["a"] = new([3], [1]) }));

    [Theory]
    [InlineData("", 0)]
    [InlineData("{", 0)]
    [InlineData("[]", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 8)]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4)]
    [InlineData("""{"a":5}""", 4)]
    public void Read_BrokenFile_IsRefusedWithItsName(string header, int dataLength)
    {
        var path = _folder.File("broken.safetensors");
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        Encoding.ASCII.GetBytes(header).CopyTo(bytes, 8);
        File.WriteAllBytes(path, bytes);

        var refused = Assert.Throws<InvalidDataException>(() => WeightFile.Read(path));

        Assert.Contains("broken.safetensors", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HeaderLongerThanTheFile_IsRefused()
    {
        var path = _folder.File("long.safetensors");
        File.WriteAllBytes(path, [255, 255, 255, 255, 255, 255, 255, 255, (byte)'{']);

        Assert.Throws<InvalidDataException>(() => WeightFile.Read(path));
    }
}
