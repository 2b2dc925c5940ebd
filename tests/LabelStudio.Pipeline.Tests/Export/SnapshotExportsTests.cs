using System.IO.Compression;
using System.Text.Json;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Export;

public sealed class SnapshotExportsTests
{
    [Fact]
    public async Task WriteLabelStudioAsync_LabelChangedSince_GivesTheFrozenOne()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var version = await FrozenAsync(lab);
        await lab.LabelAsync(lab.Images[0], lab.Robin);

        using var json = new MemoryStream();
        await lab.Studio.Get<SnapshotExports>().WriteLabelStudioAsync(lab.UserId, lab.ProjectId, version, json, CancellationToken.None);

        using var tasks = JsonDocument.Parse(json.ToArray());
        Assert.Equal(
            [(lab.Images[0], "Owl"), (lab.Images[1], "Robin")],
            tasks.RootElement.EnumerateArray().Select(task => (
                task.GetProperty("id").GetInt64(),
                task.GetProperty("annotations")[0].GetProperty("result")[0].GetProperty("value").GetProperty("choices")[0].GetString())));
    }

    [Fact]
    public async Task WriteZipAsync_ImagesLieInTheFoldersOfTheirFrozenClass()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var version = await FrozenAsync(lab);
        await lab.LabelAsync(lab.Images[0], lab.Robin);

        using var bytes = new MemoryStream();
        await lab.Studio.Get<SnapshotExports>().WriteZipAsync(lab.UserId, lab.ProjectId, version, keepsLocation: false, bytes, CancellationToken.None);

        await using var zip = new ZipArchive(bytes);
        var table = await new StreamReader(await zip.GetEntry("labels.csv")!.OpenAsync(CancellationToken.None)).ReadToEndAsync(CancellationToken.None);
        Assert.Contains("/Owl/", table.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("/Robin/", table.Split('\n')[2], StringComparison.Ordinal);
    }

    private static async Task<Guid> FrozenAsync(LabellingFixture lab)
    {
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Robin);
        return await lab.Studio.Get<DatasetVersions>().FreezeAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
    }
}
