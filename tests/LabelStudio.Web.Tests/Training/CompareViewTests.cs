using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Training;

/// <summary>Two runs whose models were tested on different images.</summary>
public sealed class CompareViewTests : PageTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();
    private Guid _project;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TestedOnDifferentImages_WarnsAndOffersToWhoMayTrainToEvaluateAll()
    {
        var runs = await AddRunsAsync();

        var page = Show(runs, canTrain: true);

        var warning = page.WaitForElement("[role=alert]", Patience);
        Assert.Contains("1 test images are the same", warning.TextContent, StringComparison.Ordinal);
        Assert.Contains("Evaluate all on the labels of now", warning.TextContent, StringComparison.Ordinal);
        Assert.Empty(Show(runs, canTrain: false).WaitForElement("[role=alert]", Patience).QuerySelectorAll("button"));
    }

    [Fact]
    public async Task EvaluatedOnOneVersionSince_ComparesThoseEvaluations()
    {
        var runs = await AddRunsAsync();
        var version = await AddDatasetVersionAsync(_project, trainCount: 0, testCount: 2);
        await AddEvaluationAsync(runs[0], version, (7, Hat), (8, Hat));
        await AddEvaluationAsync(runs[1], version, (7, Shoe), (8, Shoe));

        var page = Show(runs, canTrain: true);

        Assert.Contains("of dataset Version 3", page.WaitForElement("[data-testid=common-version]", Patience).TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=alert]"));
        var accuracy = page.FindAll("tbody tr").First(row => row.TextContent.Contains("Test accuracy", StringComparison.Ordinal));
        Assert.Equal(["100.0 %", "0.0 %"], accuracy.QuerySelectorAll("td").Skip(1).Select(cell => cell.TextContent.Replace('\u00a0', ' ')));
    }

    /// <summary>Of two hats the second model calls one a shoe: precision 1, recall 1/2, F1 2/3 against 1.</summary>
    [Fact]
    public async Task TestedOnTheSameImages_TellsTheChangeOfEachClass()
    {
        var runs = await AddRunsAsync();
        var paths = Services.GetRequiredService<StudioPaths>();
        Write(paths.ModelFolder(runs[0]), runs[0], runs[0], (1, Hat), (2, Hat));
        Write(paths.ModelFolder(runs[1]), runs[1], runs[0], (1, Hat), (2, Shoe));
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, _) => Task.FromResult(db.Classes.Add(new ClassDefinition
            {
                Id = Hat,
                ProjectId = _project,
                Name = "hat",
                NormalizedName = "HAT",
                Colour = "#336699",
                Position = 0,
                CreatedUtc = DateTime.UnixEpoch,
                SinceOntologyVersion = 1,
            })),
            Token);

        var page = Show(runs, canTrain: true);

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[role=alert]")), Patience);
        page.WaitForElement("table.dense tbody tr", Patience);
        var row = page.FindAll("table.dense tbody tr").Single(item => item.TextContent.Contains("hat", StringComparison.Ordinal));
        Assert.Equal(["100.0 %", "66.7 % −33.3"], row.QuerySelectorAll("td").Skip(1).Select(cell => cell.TextContent.Replace('\u00a0', ' ').Trim()));
        Assert.Equal("−33.3", row.QuerySelector(".worse")!.TextContent);
    }

    /// <summary>Both images show a hat, one a shoe too. By label one of two is missed; of the classes none is.</summary>
    [Fact]
    public async Task SeveralClasses_F1_IsOfTheClasses()
    {
        var runs = await AddRunsAsync();
        var members = new LabelMembers([[0], [1], [0, 1]], 2);
        float[] probabilities = [0.9f, 0, 0.1f, 0, 0, 1];
        var report = Report(runs[0], runs[0], ModelEvaluation.Compute([0, 2], probabilities, 3)) with
        {
            Classes = [new ReportClass(Hat, "hat", false), new ReportClass(Shoe, "shoe", false), new ReportClass(Guid.NewGuid(), "hat + shoe", false) { MemberIds = [Hat, Shoe] }],
            SeveralClasses = new SeveralClassesPart { ClassIds = [Hat, Shoe], Metrics = SeveralClassesEvaluation.Compute(members, [0, 2], [0.4f, 0, 0.6f, 0, 0, 1]) },
        };
        var paths = Services.GetRequiredService<StudioPaths>();
        foreach (var run in runs)
        {
            EvaluationFiles.Write(paths.ModelFolder(run), report with { ModelVersionId = run, RunId = run }, [new TestPrediction(1, Hat, Hat, 1, null)], []);
        }

        var page = Show(runs, canTrain: true);

        page.WaitForElement("tbody tr", Patience);
        var macro = page.FindAll("tbody tr").First(row => row.TextContent.Contains("Macro-F1", StringComparison.Ordinal));
        var expected = Figures.Percent(report.SeveralClasses.Metrics.MacroF1);
        Assert.NotEqual(expected, Figures.Percent(report.Metrics!.MacroF1));
        Assert.Equal([expected, expected], macro.QuerySelectorAll("td").Skip(1).Select(cell => cell.TextContent));
    }

    private IRenderedComponent<CompareView> Show(Guid[] runs, bool canTrain) =>
        Render<CompareView>(p => p.Add(v => v.ProjectId, _project).Add(v => v.RunIds, runs).Add(v => v.CanTrain, canTrain));

    private async Task<Guid[]> AddRunsAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        RenderProviders();
        _project = (await AddProjectAsync("Clothes")).Id;
        Guid[] runs = [await ReadyModels.AddListedAsync(Services, UserId, _project, 1, Token), await ReadyModels.AddListedAsync(Services, UserId, _project, 2, Token)];
        var paths = Services.GetRequiredService<StudioPaths>();
        Write(paths.ModelFolder(runs[0]), runs[0], runs[0], (1, Hat), (2, Hat));
        Write(paths.ModelFolder(runs[1]), runs[1], runs[1], (1, Hat), (3, Hat));
        return runs;
    }

    private async Task AddEvaluationAsync(Guid model, Guid version, params (long Image, Guid Predicted)[] said)
    {
        var id = Guid.CreateVersion7();
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, _) => Task.FromResult(db.Add(new NamedEvaluation
            {
                Id = id,
                ProjectId = _project,
                ModelVersionId = model,
                DatasetSnapshotId = version,
                Name = "Again",
                CreatedBy = UserId,
                CreatedUtc = DateTime.UnixEpoch.AddDays(2),
                State = EvaluationState.Succeeded,
                TestCount = said.Length,
            })),
            Token);
        Write(Services.GetRequiredService<StudioPaths>().EvaluationFolder(id), model, version, said);
    }

    /// <summary>All images are hats.</summary>
    private void Write(string folder, Guid model, Guid version, params (long Image, Guid Predicted)[] said) => EvaluationFiles.Write(
        Directory.CreateDirectory(folder).FullName,
        Report(model, version, ModelEvaluation.Compute([.. said.Select(_ => 0)], [.. said.SelectMany(item => item.Predicted == Hat ? new[] { 1f, 0f } : [0f, 1f])], 2)),
        said.Select(item => new TestPrediction(item.Image, Hat, item.Predicted, 1, null)),
        []);

    private EvaluationReport Report(Guid model, Guid version, EvaluationMetrics metrics) => new()
    {
        ModelVersionId = model,
        ProjectId = _project,
        RunId = model,
        DatasetSnapshotId = version,
        Classes = [new ReportClass(Hat, "hat", false), new ReportClass(Shoe, "shoe", false)],
        Metrics = metrics,
    };
}
