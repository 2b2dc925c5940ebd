using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Snapshots;

public sealed class ModelFolderTests : IDisposable
{
    private static readonly Guid[] s_ids = [Guid.Parse("00000000-0000-0000-0000-000000000002"), Guid.Parse("00000000-0000-0000-0000-000000000001")];

    private readonly string _root = Directory.CreateTempSubdirectory("model-folder-").FullName;
    private readonly LinearHead _head = new(ClassIndexMap.Of(s_ids), 3, [1, 2, 3, 4, 5, 6.5f], [0.5f, -1]);

    private string Folder => Path.Combine(_root, "model-1");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Write_ThenRead_GivesManifestHeadAndBackboneBack()
    {
        Write();

        var manifest = ModelFolder.Read(Folder);
        var head = ModelFolder.ReadHead(Folder);

        Assert.Equal([ModelFolder.OnnxFile, ModelFolder.WeightsFile], manifest.FileHashes.Keys.Order());
        Assert.Equal(Manifest() with { FileHashes = manifest.FileHashes, Classes = manifest.Classes, LeftOutClassIds = manifest.LeftOutClassIds, Preprocessing = manifest.Preprocessing }, manifest);
        Assert.Empty(manifest.LeftOutClassIds);
        Assert.Equal(Manifest().Classes, manifest.Classes);
        Assert.Equal(_head.Classes, head.Classes);
        Assert.Equal(_head.Weight, head.Weight);
        Assert.Equal(_head.Bias, head.Bias);
        Assert.Equal(["conv_stem.weight"], ModelFolder.ReadBackbone(Folder).Tensors.Keys);
        Assert.Single(Directory.GetDirectories(_root));
    }

    [Fact]
    public void Write_Manifest_HoldsThePreprocessingAsFields()
    {
        Write();

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, ModelFolder.ManifestFile)));

        var facts = json.RootElement.GetProperty("Preprocessing");
        Assert.Equal(
            ("lanczos3", "squeeze", "RGB", "#ffffff"),
            (facts.GetProperty("ResizeKernel").GetString(), facts.GetProperty("Fit").GetString(), facts.GetProperty("ColourOrder").GetString(), facts.GetProperty("AlphaBackground").GetString()));
        Assert.Equal((224, 1), (facts.GetProperty("SidePx").GetInt32(), facts.GetProperty("Version").GetInt32()));
        Assert.True(facts.GetProperty("AppliesExifOrientation").GetBoolean());
        // The darkest and the brightest byte become the ends of the range that the text and the network speak of.
        var (scale, mean, deviation) = (facts.GetProperty("Scale").GetDouble(), facts.GetProperty("Mean")[2].GetDouble(), facts.GetProperty("StandardDeviation")[2].GetDouble());
        Assert.Equal([-1.0, 1.0], facts.GetProperty("ValueRange").EnumerateArray().Select(item => item.GetDouble()));
        Assert.Equal(-1, ((0 * scale) - mean) / deviation, 1e-12);
        Assert.Equal(1, ((255 * scale) - mean) / deviation, 1e-12);
    }

    [Fact]
    public void Read_ManifestOfAnOlderProgram_StillSaysHowPicturesArePrepared()
    {
        Write();
        var path = Path.Combine(Folder, ModelFolder.ManifestFile);
        var json = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        json.Remove("Preprocessing");
        File.WriteAllText(path, json.ToJsonString());
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        File.WriteAllText(Path.Combine(Folder, ModelFolder.ManifestHashFile), $"{hash}  {ModelFolder.ManifestFile}\n");

        var manifest = ModelFolder.Read(Folder);

        Assert.Null(manifest.Preprocessing);
        Assert.Equal((224, "lanczos3"), (manifest.PreprocessingOrDerived.SidePx, manifest.PreprocessingOrDerived.ResizeKernel));
    }

    [Theory]
    [InlineData(ModelFolder.WeightsFile)]
    [InlineData(ModelFolder.OnnxFile)]
    [InlineData(ModelFolder.ManifestFile)]
    public void Read_OneByteChanged_IsRefused(string file)
    {
        Write();
        var bytes = File.ReadAllBytes(Path.Combine(Folder, file));
        bytes[^2] ^= 1;
        File.WriteAllBytes(Path.Combine(Folder, file), bytes);

        var error = Assert.Throws<ModelFolderException>(() => ModelFolder.Read(Folder));

        Assert.Contains(Folder, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelFolder.WeightsFile)]
    [InlineData(ModelFolder.OnnxFile)]
    [InlineData(ModelFolder.ManifestFile)]
    [InlineData(ModelFolder.ManifestHashFile)]
    public void Read_FileCutOffOrGone_IsRefused(string file)
    {
        Write();
        var path = Path.Combine(Folder, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);
        if (file != ModelFolder.ManifestHashFile)
        {
            Assert.Throws<ModelFolderException>(() => ModelFolder.ReadHead(Folder));
        }

        File.Delete(path);
        Assert.Throws<ModelFolderException>(() => ModelFolder.ReadHead(Folder));
    }

    [Fact]
    public void Read_NoSuchFolder_IsRefused() => Assert.Throws<ModelFolderException>(() => ModelFolder.Read(Folder));

    [Fact]
    public void Write_OnnxFails_LeavesNothingBehind()
    {
        Assert.Throws<InvalidOperationException>(() => Write(_ => throw new InvalidOperationException("no")));

        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public void Write_FolderExists_IsRefusedAndLeftAlone()
    {
        Write();
        var before = File.ReadAllBytes(Path.Combine(Folder, ModelFolder.ManifestFile));

        Assert.Throws<IOException>(() => Write());

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Folder, ModelFolder.ManifestFile)));
    }

    [Fact]
    public void Write_ClassesInAnotherOrderThanTheHead_IsRefused()
    {
        var manifest = Manifest() with { Classes = [new(s_ids[0], "hat", 1), new(s_ids[1], "shoe", 0)] };

        Assert.Throws<ArgumentException>(() => ModelFolder.Write(Folder, manifest, Backbone(), _head, path => File.WriteAllText(path, "onnx")));
    }

    private void Write(Action<string>? writeOnnx = null) =>
        ModelFolder.Write(Folder, Manifest(), Backbone(), _head, writeOnnx ?? (path => File.WriteAllText(path, "an ONNX network")));

    private static Dictionary<string, WeightTensor> Backbone() => new() { ["conv_stem.weight"] = new([2, 2], [1, 2, 3, 4]) };

    private static ModelManifest Manifest() => new()
    {
        ModelId = Guid.Parse("10000000-0000-0000-0000-000000000000"),
        DatasetSnapshotId = Guid.Parse("20000000-0000-0000-0000-000000000000"),
        RunId = Guid.Parse("30000000-0000-0000-0000-000000000000"),
        CreatedUtc = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Backbone = "efficientnet-lite0",
        Classes = [new(s_ids[0], "hat", 0), new(s_ids[1], "shoe", 1)],
        SidePx = 224,
        PreprocessingVersion = 1,
        Plan = TrainingPlan.Quick with { Seed = 5 },
        Temperature = 0.7,
        WeightsHash = "abc",
        BackboneIsPretrained = true,
    };
}
