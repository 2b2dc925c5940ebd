using System.Net;
using System.Net.Http.Json;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Tests;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Tests.Api;

public sealed class UploadEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_GoodBadAndDuplicateFiles_AnswersForEachInOrder()
    {
        var project = await studio.AddProjectAsync();

        var results = await UploadAsync(project, ("a.png", TestImages.Png(1)), ("b.png", [1, 2, 3]), ("c.png", TestImages.Png(1)), ("d.png", TestImages.Png(2)));

        Assert.Equal(
            [ImportOutcome.Added, ImportOutcome.Refused, ImportOutcome.Duplicate, ImportOutcome.Added],
            results.Select(result => result.Outcome));
        Assert.False(string.IsNullOrWhiteSpace(results[1].Reason));
        Assert.Equal(results[0].ImageId, results[2].ImageId);
    }

    [Fact]
    public async Task Upload_FolderNamesAreClasses_LabelsByTheFirstFolder()
    {
        var project = await studio.AddProjectAsync();
        var batch = await StudioProject.PostAsync<StartedBatch>(studio.Administrator, $"/api/v1/projects/{project}/uploads/batches", new NewBatch("clothes", true));

        await UploadAsync(project, $"?batchId={batch.BatchId}", ("hat/1.png", TestImages.Png(11)), ("dress/2.png", TestImages.Png(12)));

        var classes = await studio.Get<ClassCatalog>().ListAsync(studio.AdministratorId, project, Cancel);
        Assert.Equal(["dress", "hat"], classes.Select(c => c.Name).Order());
        Assert.All(classes, c => Assert.Equal(1, c.LabelledCount));
    }

    [Fact]
    public async Task Upload_SplitFoldersAreNamed_KeepsTheSplitOfEachFile()
    {
        var project = await studio.AddProjectAsync();

        var results = await UploadAsync(
            project, "?splitFolders=train,validation,test", [.. Enumerable.Range(0, 9).Select(number => ($"{(Split)(number % 3)}/owl/{number}.png", TestImages.Png(50 + number)))]);

        foreach (var (number, result) in results.Index())
        {
            Assert.Equal((Split)(number % 3), (await studio.Get<ImageLibrary>().GetAsync(studio.AdministratorId, result.ImageId!.Value, Cancel)).Split);
        }
    }

    [Fact]
    public async Task Labels_TableForImagesThatAreThere_AnswersForTheRowsAndLabelsByAJob()
    {
        var project = await studio.AddProjectAsync();
        await UploadAsync(project, ("one.png", TestImages.Png(31)), ("two.png", TestImages.Png(32)));
        using var form = Form(("labels.csv", "image,label\none.png,hat\ntwo.png,coat\ngone.png,hat\n"u8.ToArray()));

        using var answer = await studio.Administrator.PostAsync(new Uri($"/api/v1/projects/{project}/uploads/labels", UriKind.Relative), form, Cancel);
        var report = (await answer.Content.ReadFromJsonAsync<LabelTableReport>(StudioProject.Json, Cancel))!;
        BulkJobStatus? job;
        do
        {
            job = await studio.Administrator.GetFromJsonAsync<BulkJobStatus>(new Uri($"/api/v1/projects/{project}/images/job", UriKind.Relative), StudioProject.Json, Cancel);
        }
        while (job!.State == BulkJobState.Running);

        Assert.Equal((3, 2, 1), (report.Rows, report.ToLabel, report.Unknown));
        Assert.Equal(["hat", "coat"], report.NewClasses);
        Assert.Equal((BulkAction.Import, 2), (job.Action, job.Changed));
        Assert.Equal(2, (await studio.Get<ClassCatalog>().ListAsync(studio.AdministratorId, project, Cancel)).Sum(item => item.LabelledCount));
    }

    [Fact]
    public async Task Upload_NamesWithPathsAndOtherScripts_KeepTheNameOnly()
    {
        var project = await studio.AddProjectAsync();

        var results = await UploadAsync(project, ("../../été 한국.png", TestImages.Png(21)));

        var image = await studio.Get<ImageLibrary>().GetAsync(studio.AdministratorId, results[0].ImageId!.Value, Cancel);
        Assert.EndsWith("été 한국.png", image.FileName, StringComparison.Ordinal);
        Assert.DoesNotContain("..", image.FileName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_WithoutAntiforgeryToken_IsRefusedAndSaysSo()
    {
        var project = await studio.AddProjectAsync();
        using var client = await studio.Factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Administrator));
        client.DefaultRequestHeaders.Remove("RequestVerificationToken");
        using var form = Form(("a.png", TestImages.Png(31)));

        using var answer = await client.PostAsync(new Uri($"/api/v1/projects/{project}/uploads", UriKind.Relative), form, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("refused", answer.Headers.GetValues("X-Antiforgery").Single());
        Assert.Equal(0, (await studio.Get<ImageLibrary>().CountsAsync(studio.AdministratorId, project, Cancel)).Total);
    }

    [Fact]
    public async Task Upload_WithTheTokenOfTheSession_IsTaken()
    {
        var project = await studio.AddProjectAsync();
        using var client = await studio.Factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Administrator));
        var session = await client.GetFromJsonAsync<SessionAnswer>(new Uri("/api/v1/session", UriKind.Relative), StudioProject.Json, Cancel);
        client.DefaultRequestHeaders.Remove("RequestVerificationToken");
        client.DefaultRequestHeaders.Add("RequestVerificationToken", session!.AntiforgeryToken);
        using var form = Form(("a.png", TestImages.Png(32)));

        using var answer = await client.PostAsync(new Uri($"/api/v1/projects/{project}/uploads", UriKind.Relative), form, Cancel);

        Assert.Equal(studio.AdministratorId, session.UserId);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Upload_NoFile_SaysWhatToSend()
    {
        var project = await studio.AddProjectAsync();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "comment" } };

        using var answer = await studio.Administrator.PostAsync(new Uri($"/api/v1/projects/{project}/uploads", UriKind.Relative), form, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("holds no file", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_FileOneByteOverTheLimit_IsRefusedByNameAndTheRestGoesOn()
    {
        var limits = studio.Get<IOptions<StudioOptions>>().Value;
        var project = await studio.AddProjectAsync();
        var before = limits.MaxImageBytes;
        limits.MaxImageBytes = 2000;
        try
        {
            var results = await UploadAsync(
                project, ("fits.png", Padded(41, 2000)), ("over.png", Padded(42, 2001)), ("after.png", TestImages.Png(43)));

            Assert.Equal(
                [ImportOutcome.Added, ImportOutcome.Refused, ImportOutcome.Added], results.Select(result => result.Outcome));
        }
        finally
        {
            limits.MaxImageBytes = before;
        }
    }

    /// <summary>Bytes behind a picture's end belong to no part of it and are passed over by readers.</summary>
    private static byte[] Padded(int number, int size)
    {
        var png = TestImages.Png(number);
        Array.Resize(ref png, size);
        return png;
    }

    private static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(content), "files", name);
        }

        return form;
    }

    private Task<ImportResult[]> UploadAsync(Guid project, params (string Name, byte[] Content)[] files) => UploadAsync(project, "", files);

    private async Task<ImportResult[]> UploadAsync(Guid project, string query, params (string Name, byte[] Content)[] files)
    {
        using var form = Form(files);
        using var answer = await studio.Administrator.PostAsync(new Uri($"/api/v1/projects/{project}/uploads{query}", UriKind.Relative), form, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<ImportResult[]>(StudioProject.Json, Cancel))!;
    }
}
