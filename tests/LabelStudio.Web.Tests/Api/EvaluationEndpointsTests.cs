using System.Net;
using System.Net.Http.Json;
using LabelStudio.Pipeline;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Web.Tests.Api;

/// <summary>A model that always answers with its first class is evaluated by a program.</summary>
public sealed class EvaluationEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluation_OfLabelsOfNow_IsQueuedCarriedOutReadRenamedAndDeleted()
    {
        var (projectId, modelId, hat, shoe) = await ReadyAsync();
        var list = $"/api/v1/projects/{projectId}/evaluations";

        // The program under test starts no workers by itself.
        await studio.Get<EvaluationWorker>().StartAsync(Token);
        var queued = await StudioProject.PostAsync<EvaluationAnswer>(studio.Administrator, list, new NewEvaluationBody(modelId, Name: "Before the re-check"));
        var ended = await EndOfAsync($"{list}/{queued.Id}");
        var report = (await studio.Administrator.GetFromJsonAsync<EvaluationReport>(new Uri($"{list}/{queued.Id}/report", UriKind.Relative), Token))!;

        Assert.Equal(("Before the re-check", "Succeeded", 4, 0.75), (ended.Name, ended.State, ended.TestCount, ended.Accuracy));
        Assert.Equal([hat, shoe], report.Classes.Select(item => item.Id));
        Assert.Equal([[3, 0], [1, 0]], report.Metrics!.Confusion);
        using var renamed = await studio.Administrator.PatchAsJsonAsync(new Uri($"{list}/{queued.Id}", UriKind.Relative), new EvaluationNameBody("Old labels"), Token);
        Assert.Equal(HttpStatusCode.NoContent, renamed.StatusCode);
        Assert.Equal("Old labels", Assert.Single((await studio.Administrator.GetFromJsonAsync<EvaluationAnswer[]>(new Uri($"{list}?modelId={modelId}", UriKind.Relative), Token))!).Name);
        using var foreign = await studio.Administrator.DeleteAsync(new Uri($"/api/v1/projects/{await studio.AddProjectAsync()}/evaluations/{queued.Id}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var deleted = await studio.Administrator.DeleteAsync(new Uri($"{list}/{queued.Id}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty((await studio.Administrator.GetFromJsonAsync<EvaluationAnswer[]>(new Uri(list, UriKind.Relative), Token))!);
    }

    [Fact]
    public async Task Evaluation_AskedForByAnAnnotator_IsForbidden()
    {
        var projectId = await studio.AddProjectAsync();
        await studio.Factory.AddPersonAsync(StudioRole.Annotator);
        using var annotator = await studio.Factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Annotator));

        using var answer = await annotator.PostAsJsonAsync(new Uri($"/api/v1/projects/{projectId}/evaluations", UriKind.Relative), new NewEvaluationBody(Guid.CreateVersion7()), Token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<EvaluationAnswer> EndOfAsync(string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            var now = (await studio.Administrator.GetFromJsonAsync<EvaluationAnswer>(new Uri(path, UriKind.Relative), Token))!;
            if (now.State is not ("Waiting" or "Running"))
            {
                Assert.Null(now.Problem);
                return now;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>Three hats and a shoe, all of them test images, and a model that calls everything a hat.</summary>
    private async Task<(Guid ProjectId, Guid ModelId, Guid Hat, Guid Shoe)> ReadyAsync()
    {
        var projectId = await studio.AddProjectAsync();
        var (hat, shoe) = (await studio.AddClassAsync(projectId, "hat"), await studio.AddClassAsync(projectId, "shoe"));
        var images = await studio.AddImagesAsync(projectId, 4, firstNumber: 700);
        await using var db = await studio.Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync(Token);
        await db.Images.Where(image => image.ProjectId == projectId).ExecuteUpdateAsync(image => image.SetProperty(row => row.Split, Split.Test), Token);
        foreach (var (index, image) in images.Index())
        {
            await StudioProject.DecideAsync(studio.Administrator, projectId, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, index < 3 ? hat : shoe));
        }

        var versionId = await studio.Get<DatasetVersions>().FreezeAsync(studio.AdministratorId, projectId, Token);
        var modelId = await ReadyModels.AddAsync(studio.Factory, studio.AdministratorId, projectId, 1, [hat, shoe], Token);
        await db.TrainingRuns.Where(run => run.Id == modelId).ExecuteUpdateAsync(run => run.SetProperty(row => row.DatasetSnapshotId, versionId), Token);
        return (projectId, modelId, hat, shoe);
    }
}
