using Bunit;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Tests;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class SlicesPanelTests : PageTest
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>60 wide pictures are all right, of 40 upright ones 30 are wrong; 5 about square ones are too few to judge.</summary>
    [Fact]
    public async Task PartedByShape_WeakestPartComesFirstAndIsMarked_AndItsErrorsAreShown()
    {
        var panel = await ShowAsync();

        panel.Do(() => panel.Find("select").Change("Shape"));

        panel.WaitForAssertion(() => Assert.Equal(["upright", "wide", "about square"], panel.FindAll("tbody tr").Select(row => row.Children[0].TextContent)));
        var weak = panel.FindAll("tbody tr")[0];
        Assert.Equal(["40", "25.0 %", "14 % – 40 %"], weak.QuerySelectorAll("td").Skip(1).Take(3).Select(cell => Plain(cell.TextContent)));
        Assert.Equal("−46.4", weak.QuerySelector(".worse")!.TextContent);
        Assert.Null(panel.FindAll("tbody tr")[1].QuerySelector(".worse"));
        Assert.Contains("too few", panel.FindAll("tbody tr")[2].TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindComponents<PredictionTiles>());
        panel.Do(() => panel.FindAll("tbody tr")[0].QuerySelector("button.open")!.Click());
        Assert.Equal(30, panel.FindComponent<PredictionTiles>().Instance.Predictions.Count);
        Assert.All(panel.FindComponent<PredictionTiles>().Instance.Predictions, item => Assert.NotEqual(item.Target, item.Predicted));
    }

    [Fact]
    public async Task PartedByImport_AllPicturesOfOne_AreOnePart()
    {
        var panel = await ShowAsync();

        Assert.Equal(["rows", "105", "71.4 %"], panel.Find("tbody tr").QuerySelectorAll("td").Take(3).Select(cell => Plain(cell.TextContent)));
    }

    private async Task<IRenderedComponent<SlicesPanel>> ShowAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        var batch = await Services.GetRequiredService<ImageIntake>().StartBatchAsync(UserId, project, "rows", Token);
        var images = Enumerable.Range(0, 105).Select(number => number switch
        {
            < 60 => TestImages.Record(project, batch, UserId, number, widthPx: 300, heightPx: 200),
            < 100 => TestImages.Record(project, batch, UserId, number, widthPx: 200, heightPx: 300),
            _ => TestImages.Record(project, batch, UserId, number, widthPx: 200, heightPx: 200),
        }).ToList();
        await Services.GetRequiredService<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Token);
        List<TestPrediction> predictions = [.. images.Select((image, index) => new TestPrediction(image.Id, Hat, index is >= 60 and < 90 ? Shoe : Hat, 0.9, null))];
        var model = Guid.CreateVersion7();
        EvaluationFiles.Write(
            Directory.CreateDirectory(Services.GetRequiredService<StudioPaths>().ModelFolder(model)).FullName,
            new EvaluationReport
            {
                ModelVersionId = model,
                ProjectId = project,
                RunId = model,
                DatasetSnapshotId = model,
                Classes = [new ReportClass(Hat, "hat", false), new ReportClass(Shoe, "shoe", false)],
            },
            predictions,
            []);
        RenderProviders();
        var panel = Render<SlicesPanel>(p => p
            .Add(v => v.ProjectId, project)
            .Add(v => v.ModelId, model)
            .Add(v => v.EvaluationId, model)
            .Add(v => v.Overall, 75 / 105.0)
            .Add(v => v.Predictions, predictions)
            .Add(v => v.Classes, new Dictionary<Guid, ClassLook> { [Hat] = new(Hat, "hat", "#112233", true), [Shoe] = new(Shoe, "shoe", "#445566", true) }));
        panel.WaitForElement("tbody tr");
        return panel;
    }

    private static string Plain(string text) => text.Replace('\u00a0', ' ').Trim();
}
