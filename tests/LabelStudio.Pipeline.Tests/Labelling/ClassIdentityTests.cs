using System.IO.Compression;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>A class is its id: whatever happens to names and order, no label moves to another class.</summary>
public sealed class ClassIdentityTests
{
    private const int Rounds = 100;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task AddReorderAndRename_HundredTimesWithRestarts_LeaveEveryLabelAndFrozenOrderAlone()
    {
        await using var lab = await LabellingFixture.StartAsync(12);
        foreach (var (image, index) in lab.Images.Select((image, index) => (image, index)))
        {
            await lab.LabelAsync(image, index % 3 == 0 ? lab.Owl : lab.Robin);
        }

        var snapshot = await lab.Studio.Get<DatasetSnapshots>().CreateAsync(lab.ProjectId, None);
        var frozen = await lab.Studio.Get<DatasetSnapshots>().ReadAsync(snapshot.Id, None);

        for (var round = 0; round < Rounds; round++)
        {
            await ChangeAsync(lab, round);
            if (round % 25 == 24)
            {
                await lab.Studio.RestartAsync();
            }
        }

        foreach (var (image, index) in lab.Images.Select((image, index) => (image, index)))
        {
            Assert.Equal(index % 3 == 0 ? lab.Owl : lab.Robin, (await lab.ImageAsync(image)).LabelClassId);
        }

        var again = await lab.Studio.Get<DatasetSnapshots>().ReadAsync(snapshot.Id, None);
        Assert.Equal([lab.Owl, lab.Robin], frozen.Classes.Select(item => item.Id));
        Assert.Equal(frozen.Classes, again.Classes);
        Assert.Equal(frozen.Entries, again.Entries);
        var classes = await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, None);
        var (names, labels) = await ExportAsync(lab);
        Assert.Equal(classes.Select(item => item.Name), names);
        Assert.Equal(4, labels.Count(name => name == classes.Single(item => item.Id == lab.Owl).Name));
        Assert.Equal(8, labels.Count(name => name == classes.Single(item => item.Id == lab.Robin).Name));
    }

    /// <summary>In turn: one joins, one moves, and the two with labels exchange their names.</summary>
    private static async Task ChangeAsync(LabellingFixture lab, int round)
    {
        switch (round % 4)
        {
            case 0:
                await lab.AddClassAsync($"Class {round}");
                break;
            case 1:
                await lab.Classes.MoveAsync(lab.UserId, lab.ProjectId, round % 8 == 1 ? lab.Owl : lab.Robin, round % 7, None);
                break;
            case 2:
                var (owl, robin) = (await NameAsync(lab, lab.Owl), await NameAsync(lab, lab.Robin));
                await RenameAsync(lab, lab.Owl, "between");
                await RenameAsync(lab, lab.Robin, owl);
                await RenameAsync(lab, lab.Owl, robin);
                break;
            default:
                await RenameAsync(lab, lab.Robin, $"Robin {round}");
                break;
        }
    }

    private static async Task<string> NameAsync(LabellingFixture lab, Guid classId) =>
        (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, None)).Single(item => item.Id == classId).Name;

    private static async Task RenameAsync(LabellingFixture lab, Guid classId, string name)
    {
        var item = (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, None)).Single(item => item.Id == classId);
        await lab.Classes.UpdateAsync(lab.UserId, lab.ProjectId, classId, new ClassUpdate(name, item.Colour, item.Hotkey, item.Description), None);
    }

    private static async Task<(string[] Names, string[] Labels)> ExportAsync(LabellingFixture lab)
    {
        using var bytes = new MemoryStream();
        await lab.Studio.Get<DatasetExports>().WriteZipAsync(lab.UserId, lab.ProjectId, new ExportOptions(IncludeImages: false), bytes, None);
        using var zip = new ZipArchive(bytes);
        return (await LinesAsync(zip, "classes.txt"), [.. (await LinesAsync(zip, "labels.csv")).Skip(1).Select(line => line.Split(',')[1])]);
    }

    private static async Task<string[]> LinesAsync(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
