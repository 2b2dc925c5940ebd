using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Tests;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Web.Tests.Api;

/// <summary>The card of a model that was trained from another one and knows a class more.</summary>
public sealed class ModelCardEndpointTests(StudioProject studio) : IClassFixture<StudioProject>
{
    /// <summary>EfficientNet-Lite0's 4,652,008 published weights without its classifier of 1,000 classes on 1,280 features.</summary>
    private const long BackboneParameters = 4_652_008 - (1_000 * 1_281);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Card_AsJson_TellsSinceWhenParametersPreparationAndWeakParts()
    {
        var (project, model) = await AddAsync();

        var card = await studio.Administrator.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/projects/{project}/models/{model}/card", UriKind.Relative), Cancel);

        Assert.Equal(["Model 1", "Model 1", "Model 2"], card.GetProperty("classes").EnumerateArray().Select(item => item.GetProperty("sinceModel").GetString()));
        Assert.Equal(BackboneParameters + (3 * 1_281), card.GetProperty("parameters").GetInt64());
        var preparation = card.GetProperty("preprocessing");
        Assert.Equal(("lanczos3", 64, "RGB"), (preparation.GetProperty("resizeKernel").GetString(), preparation.GetProperty("sidePx").GetInt32(), preparation.GetProperty("colourOrder").GetString()));
        Assert.Equal(75 / 105.0, card.GetProperty("accuracy").GetDouble(), 1e-9);
        var range = card.GetProperty("macroF1Interval");
        Assert.InRange(card.GetProperty("macroF1").GetDouble(), range.GetProperty("low").GetDouble(), range.GetProperty("high").GetDouble());
        // Of 40 upright pictures 30 are wrong, of the 65 others none.
        var weak = Assert.Single(card.GetProperty("weakSlices").EnumerateArray());
        Assert.Equal(("Shape", "upright", 40, 0.25), (weak.GetProperty("by").GetString(), weak.GetProperty("name").GetString(), weak.GetProperty("testImages").GetInt32(), weak.GetProperty("accuracy").GetDouble()));
        Assert.Equal(["Model 1"], card.GetProperty("ancestors").EnumerateArray().Select(item => item.GetString()));
    }

    [Fact]
    public async Task Card_ParentDeleted_StillKnowsWhatItKnewFromItsSuccessor()
    {
        var (project, model) = await AddAsync();
        await using (var db = await studio.Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync(Cancel))
        {
            var parent = await db.ModelVersions.Where(item => item.ProjectId == project && item.Number == 1).Select(item => item.Id).SingleAsync(Cancel);
            Directory.Delete(studio.Get<StudioPaths>().ModelFolder(parent), recursive: true);
        }

        var since = await studio.Get<ClassOrigins>().OfAsync(studio.AdministratorId, model, Cancel);

        Assert.Equal(["Model 1", "Model 1", "Model 2"], since.Values);
    }

    [Fact]
    public async Task HistoryAsync_ModelThatGrew_TellsTheRecallOfEachGenerationInEachVersion()
    {
        var (_, model) = await AddAsync();

        var history = await studio.Get<ClassOrigins>().HistoryAsync(studio.AdministratorId, model, Cancel);

        Assert.Equal([1, 2], history.Numbers);
        Assert.Equal(["Model 1", "Model 2"], history.Generations.Select(item => item.Since));
        Assert.Equal([2, 1], history.Generations.Select(item => item.ClassIds.Count));
        // The first version had no test image. Of the second's 35 of each class 10 are wrong.
        Assert.All(history.Generations, item => Assert.Equal([null, 25 / 35.0], item.Recalls));
    }

    [Fact]
    public async Task ReportAndCard_ModelOfSeveralClasses_TellClassesAndCombinationsApart()
    {
        var (project, model) = await AddAsync();
        Guid[] classes;
        await using (var db = await studio.Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync(Cancel))
        {
            classes = await db.Classes.Where(item => item.ProjectId == project).OrderBy(item => item.Position).Select(item => item.Id).ToArrayAsync(Cancel);
        }
        // The bowl of the frozen version is taken for a cup with a plate: 35 images each of a cup, a plate and both.
        ReportClass[] labels = [new(classes[0], "Cup", false), new(classes[1], "Plate", false), new(classes[2], "Cup + Plate", false) { MemberIds = classes[..2] }];
        int[] targets = [.. Enumerable.Range(0, 105).Select(index => index % 3)];
        float[] said = [.. targets.SelectMany((_, row) => Enumerable.Range(0, 3).Select(place => place == (row < 3 ? 0 : targets[row]) ? 1f : 0f))];
        var report = new EvaluationReport
        {
            ModelVersionId = model,
            ProjectId = project,
            RunId = model,
            DatasetSnapshotId = model,
            Classes = labels,
            Metrics = ModelEvaluation.Compute(targets, said, 3),
            SeveralClasses = new() { ClassIds = classes[..2], Metrics = SeveralClassesEvaluation.Compute(new([[0], [1], [0, 1]], 2), targets, said) },
        };
        EvaluationFiles.Write(studio.Get<StudioPaths>().ModelFolder(model), report, [], said);

        var read = await studio.Administrator.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/projects/{project}/models/{model}/evaluation", UriKind.Relative), Cancel);
        var card = await studio.Administrator.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/projects/{project}/models/{model}/card", UriKind.Relative), Cancel);

        var part = read.GetProperty("severalClasses");
        Assert.Equal(classes[..2], part.GetProperty("classIds").EnumerateArray().Select(id => id.GetGuid()));
        // The plate of the second image and that of the third are missed.
        Assert.Equal(2, part.GetProperty("metrics").GetProperty("classes")[1].GetProperty("missed").GetInt32());
        Assert.Equal(103 / 105.0, part.GetProperty("metrics").GetProperty("exactMatch").GetDouble(), 1e-9);
        Assert.Equal(
            [("Cup", 70, 1), ("Plate", 70, 68 / 70.0)],
            card.GetProperty("classes").EnumerateArray().Select(item => (item.GetProperty("name").GetString(), item.GetProperty("testImages").GetInt32(), item.GetProperty("recall").GetDouble())));
        Assert.Equal(["Cup", "Plate"], Assert.Single(card.GetProperty("combinations").EnumerateArray()).GetProperty("members").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(report.MacroF1, card.GetProperty("macroF1").GetDouble());
        Assert.Equal(report.SeveralClasses.Metrics.HammingLoss, card.GetProperty("severalClasses").GetProperty("hammingLoss").GetDouble());
    }

    private async Task<(Guid Project, Guid Model)> AddAsync()
    {
        var project = await studio.AddProjectAsync();
        Guid[] classes = [await studio.AddClassAsync(project, "Cup"), await studio.AddClassAsync(project, "Plate"), await studio.AddClassAsync(project, "Bowl")];
        var batch = await studio.Get<ImageIntake>().StartBatchAsync(studio.AdministratorId, project, "rows", Cancel);
        var images = Enumerable.Range(0, 105).Select(number =>
        {
            var isUpright = number < 40;
            var image = TestImages.Record(project, batch, studio.AdministratorId, number, widthPx: isUpright ? 200 : 300, heightPx: isUpright ? 300 : 200);
            image.Split = Split.Test;
            image.GiveLabel(classes[number % 3], studio.AdministratorId, DateTime.UnixEpoch, 1);
            return image;
        }).ToList();
        await studio.Get<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Cancel);
        var version = await studio.Get<DatasetVersions>().FreezeAsync(studio.AdministratorId, project, Cancel);
        var first = await ReadyModels.AddAsync(studio.Factory, studio.AdministratorId, project, 1, classes[..2], Cancel);
        var second = await ReadyModels.AddAsync(studio.Factory, studio.AdministratorId, project, 2, classes, Cancel);
        await using (var db = await studio.Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync(Cancel))
        {
            await db.ModelVersions.Where(item => item.Id == second)
                .ExecuteUpdateAsync(row => row.SetProperty(item => item.ParentId, first).SetProperty(item => item.DatasetSnapshotId, version), Cancel);
        }

        int[] targets = [.. images.Select((_, index) => index % 3)];
        int[] said = [.. targets.Select((target, index) => index < 30 ? (target + 1) % 3 : target)];
        var metrics = ModelEvaluation.Compute(targets, [.. said.SelectMany(index => Enumerable.Range(0, 3).Select(place => place == index ? 1f : 0f))], 3);
        Write(first, project, [.. classes[..2].Select(id => new ReportClass(id, "known", false))], null, null, []);
        Write(
            second,
            project,
            [new(classes[0], "Cup", false), new(classes[1], "Plate", false), new(classes[2], "Bowl", true)],
            metrics,
            new ParentComparison { ParentModelId = first, IsParent = true, ParentMetrics = metrics, OldClasses = [], BrokenImageIds = [], FixedImageIds = [] },
            [.. images.Select((image, index) => new TestPrediction(image.Id, classes[targets[index]], classes[said[index]], 1, null))]);
        return (project, second);
    }

    private void Write(Guid model, Guid project, ReportClass[] classes, EvaluationMetrics? metrics, ParentComparison? comparison, TestPrediction[] predictions) => EvaluationFiles.Write(
        studio.Get<StudioPaths>().ModelFolder(model),
        new EvaluationReport { ModelVersionId = model, ProjectId = project, RunId = model, DatasetSnapshotId = model, Classes = classes, Metrics = metrics, Comparison = comparison },
        predictions,
        []);
}
