using System.Text;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Hosting;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class LabelTablesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task StartAsync_CsvByNameAndByHash_LabelsAsAnImportAndOneUndoTakesAllBack()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        var (byName, byHash) = (await lab.ImageAsync(lab.Images[0]), await lab.ImageAsync(lab.Images[1]));

        var report = await StartAsync(lab, $"image,sha256,label\nsome/folder/{byName.FileName},,Owl\nanything.png,{byHash.Sha256.ToUpperInvariant()}, robin \n");
        await EndAsync(lab);

        Assert.Equal((2, 2, 0), (report.Rows, report.ToLabel, report.Problems.Count));
        Assert.Empty(report.NewClasses);
        Assert.Equal((lab.Owl, lab.Robin), ((await lab.ImageAsync(byName.Id)).LabelClassId!.Value, (await lab.ImageAsync(byHash.Id)).LabelClassId!.Value));
        Assert.All(await lab.AnnotationsAsync(), annotation => Assert.Equal(AnnotationOrigin.Import, annotation.Origin));
        Assert.Equal(2, (await lab.UndoAsync())!.ImageCount);
        Assert.Null((await lab.ImageAsync(byName.Id)).LabelClassId);
    }

    [Fact]
    public async Task StartAsync_JsonLines_AreTheSameTable()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        var name = (await lab.ImageAsync(lab.Images[1])).FileName;

        var report = await StartAsync(lab, $"{{\"file_name\": \"{name}\", \"class\": \"Owl\"}}\n\n{{\"class\": \"Owl\", \"file_name\": \"gone.png\"}}\n");
        await EndAsync(lab);

        Assert.Equal((2, 1, 1), (report.Rows, report.ToLabel, report.Unknown));
        Assert.Equal(3, Assert.Single(report.Problems).Row);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[1])).LabelClassId);
    }

    [Fact]
    public async Task StartAsync_RowsThatGiveNoLabel_AreCountedAndToldAndOverwriteNothing()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        string[] names = await Task.WhenAll(lab.Images.Select(async id => (await lab.ImageAsync(id)).FileName));
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Discard);

        var report = await StartAsync(
            lab,
            $"file;label\n{names[0]};Robin\n{names[0]};Owl\n{names[1]};Owl\n{names[2]};\ngone.png;Owl\n{names[3]};Owl\n{names[3]};Robin\n;Owl\n");
        await EndAsync(lab);

        Assert.Equal((8, 1, 1, 1, 3, 1, 1), (report.Rows, report.ToLabel, report.Already, report.WithoutClass, report.Conflicts, report.Unknown, report.Refused));
        Assert.Equal([2, 4, 6, 8, 9], report.Problems.Select(problem => problem.Row));
        Assert.Equal("The image is labelled 'Owl': that label was kept.", report.Problems[0].Reason);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[3])).LabelClassId);
    }

    [Fact]
    public async Task StartAsync_NameOfSeveralImages_IsRefusedForTheHash()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var twin = (await lab.Studio.AddImageRowsAsync(lab.UserId, lab.ProjectId, 1, seed: 2))[0];
        var name = (await lab.ImageAsync(lab.Images[0])).FileName;
        await using (var db = lab.Studio.OpenDatabase())
        {
            db.Entry(await db.Images.FindAsync([twin], None) ?? throw new InvalidOperationException()).Property(image => image.FileName).CurrentValue = name;
            await db.SaveChangesAsync(None);
        }

        var report = await StartAsync(lab, $"image,label\n{name},Owl\n");

        Assert.Null(report.Job);
        Assert.Equal("2 images have this name. Add a column 'sha256' to say which one.", Assert.Single(report.Problems).Reason);
    }

    [Fact]
    public async Task StartAsync_NamesWithoutAClass_BecomeOneClassEachOnlyWhereAnImageGetsThem()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        string[] names = await Task.WhenAll(lab.Images.Select(async id => (await lab.ImageAsync(id)).FileName));
        await lab.LabelAsync(lab.Images[2], lab.Owl);

        var report = await StartAsync(lab, $"image,label\n{names[0]},Wren\n{names[1]}, wren\n{names[2]},Heron\n");
        await EndAsync(lab);

        Assert.Equal(["Wren"], report.NewClasses);
        var wren = (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, None)).Single(item => item.Name == "Wren");
        Assert.Equal(2, wren.LabelledCount);
        Assert.Equal(3, (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, None)).Count);
    }

    [Fact]
    public async Task StartAsync_TooManyNewClasses_IsRefusedAndMakesNone()
    {
        await using var lab = await LabellingFixture.StartAsync(201);
        var rows = await Task.WhenAll(lab.Images.Select(async id => $"{(await lab.ImageAsync(id)).FileName},class {id}\n"));

        await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(lab, "image,label\n" + string.Concat(rows)));

        Assert.Equal(2, (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, None)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("image,kind\n1.png,Owl\n")]
    [InlineData("label\nOwl\n")]
    [InlineData("{\"image\": \"1.png\", \"label\": \"Owl\"}\nOwl\n")]
    public async Task StartAsync_NoTableOfLabels_SaysWhatItNeeds(string text)
    {
        await using var lab = await LabellingFixture.StartAsync(1);

        await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(lab, text));
    }

    [Fact]
    public async Task StartAsync_Annotator_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => StartAsync(lab, "image,label\n1.png,Owl\n", annotator));
    }

    [Fact]
    public async Task Restart_InTheMiddle_GoesOnAndLeavesWhatWasLabelledMeanwhileAlone()
    {
        await using var lab = await LabellingFixture.StartAsync(2500);
        await using (var db = lab.Studio.OpenDatabase())
        {
            var names = db.Images.OrderBy(image => image.Id).Select(image => image.FileName).ToList();
            await StartHeldAsync(lab, "image,label\n" + string.Concat(names.Select(name => $"{name},Owl\n")));
        }

        await lab.Studio.RestartAsync();
        await lab.LabelAsync(lab.Images[2400], lab.Robin);
        await ((IHostedService)lab.Studio.Get<BulkJobs>()).StartAsync(None);
        await EndAsync(lab);

        var job = (await lab.Studio.Get<BulkJobs>().LastAsync(lab.UserId, lab.ProjectId, None))!;
        Assert.Equal((BulkJobState.Done, 2500, 2499), (job.State, job.Done, job.Changed));
        Assert.Equal([lab.Images[2400]], job.LeftOutIds);
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[2400])).LabelClassId);
    }

    /// <summary>Begins, and ends the program while the job waits for its turn to write.</summary>
    private static async Task StartHeldAsync(LabellingFixture lab, string text)
    {
        await StartAsync(lab, text);
        var go = new TaskCompletionSource();
        var held = lab.Studio.Get<StudioWriter>().WriteAsync((_, _) => go.Task, None);
        var stopping = ((IHostedService)lab.Studio.Get<BulkJobs>()).StopAsync(None);
        go.SetResult();
        await held;
        await stopping;
    }

    private static async Task<LabelTableReport> StartAsync(LabellingFixture lab, string text, Guid? userId = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await lab.Studio.Get<LabelTables>().StartAsync(userId ?? lab.UserId, lab.ProjectId, content, None);
    }

    private static Task EndAsync(LabellingFixture lab) => lab.Studio.Get<BulkJobs>().EndOfLastAsync(lab.UserId, lab.ProjectId);
}
