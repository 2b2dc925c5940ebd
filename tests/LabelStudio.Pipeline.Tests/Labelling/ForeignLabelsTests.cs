using System.Text;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class ForeignLabelsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_LabelsOfAnotherProgram_FillWhatIsUnlabelledAndOverwriteNothing()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        var hashes = await HashesAsync(lab);
        await lab.LabelAsync(lab.Images[1], lab.Robin);
        await lab.LabelAsync(lab.Images[2], lab.Owl);
        var given = lab.Images.Select(id => new ForeignLabel(hashes[id], [lab.Owl])).Take(3).Append(new ForeignLabel(new string('a', 64), [lab.Owl])).ToList();

        var counts = await lab.Studio.Get<ForeignLabels>().SaveAsync(lab.UserId, lab.ProjectId, "Label Studio", given, Token);
        var again = await lab.Studio.Get<ForeignLabels>().SaveAsync(lab.UserId, lab.ProjectId, "Label Studio", given, Token);

        Assert.Equal(new ForeignLabelCounts(Saved: 1, Unchanged: 1, Kept: 1, UnknownImages: 1), counts);
        Assert.Equal(new ForeignLabelCounts(0, 2, 1, 1), again);
        await using var db = lab.Studio.OpenDatabase();
        Assert.Equal([lab.Owl, lab.Robin, lab.Owl, null], await db.Images.OrderBy(image => image.Id).Select(image => image.LabelClassId).ToListAsync(Token));
        var act = await db.Annotations.SingleAsync(annotation => annotation.ImageId == lab.Images[0], Token);
        Assert.Equal((AnnotationOrigin.Import, "Label Studio", lab.UserId), (act.Origin, act.Source, act.UserId));
        Assert.Contains(",Import,", await HistoryLineAsync(lab, hashes[lab.Images[0]]), StringComparison.Ordinal);
        Assert.EndsWith(",Label Studio", (await HistoryLineAsync(lab, hashes[lab.Images[0]])).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_SeveralClassesOrNone_AreTheLabelWhereImagesMayHaveThem()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        var hashes = await HashesAsync(lab);
        List<ForeignLabel> given = [new(hashes[lab.Images[0]], [lab.Robin, lab.Owl]), new(hashes[lab.Images[1]], []), new(hashes[lab.Images[2]], [lab.Owl, lab.Robin]), new(hashes[lab.Images[3]], [lab.Owl])];

        var refused = await lab.Studio.Get<ForeignLabels>().SaveAsync(lab.UserId, lab.ProjectId, "Label Studio", given, Token);
        await SeveralClasses.TakeAsync(lab);
        var saved = await lab.Studio.Get<ForeignLabels>().SaveAsync(lab.UserId, lab.ProjectId, "Label Studio", given, Token);

        Assert.Equal((new ForeignLabelCounts(1, 0, 3, 0), new ForeignLabelCounts(3, 1, 0, 0)), (refused, saved));
        var labels = (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, Token)).ToDictionary(item => item.Id, item => item.Name);
        Assert.Equal(["Owl + Robin", "No class", "Owl + Robin", "Owl"], (await Task.WhenAll(lab.Images.Select(lab.ImageAsync))).Select(image => labels[image.LabelClassId!.Value]));
    }

    [Fact]
    public async Task Known_OfSomePictures_TellsThoseOfTheProject()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var hash = (await HashesAsync(lab))[lab.Images[0]];

        Assert.Equal([hash], await lab.Studio.Get<ForeignLabels>().KnownAsync(lab.UserId, lab.ProjectId, [hash, new string('b', 64)], Token));
    }

    [Fact]
    public async Task Save_WithoutTheRightToLabel_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var viewer = await lab.Studio.AddUserAsync(StudioRole.Viewer);

        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.Studio.Get<ForeignLabels>().SaveAsync(viewer, lab.ProjectId, "Label Studio", [], Token));
    }

    private static async Task<Dictionary<long, string>> HashesAsync(LabellingFixture lab)
    {
        await using var db = lab.Studio.OpenDatabase();
        return await db.Images.ToDictionaryAsync(image => image.Id, image => image.Sha256, Token);
    }

    private static async Task<string> HistoryLineAsync(LabellingFixture lab, string hash)
    {
        using var stream = new MemoryStream();
        await lab.Studio.Get<HistoryExports>().WriteCsvAsync(lab.UserId, lab.ProjectId, stream, Token);
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n').Single(line => line.Contains(hash, StringComparison.Ordinal));
    }
}
