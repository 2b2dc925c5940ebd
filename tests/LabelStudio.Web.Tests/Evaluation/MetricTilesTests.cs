using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Pages.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class MetricTilesTests : BunitContext
{
    // 10 hats of which 9 are found, 2 shoes of which 1 is; a class without test images counts nowhere.
    private static readonly EvaluationMetrics Metrics = new(
        12, 10 / 12.0, 0.55, 0.95, 0.7, 0.69, 1, 0.05, 0.4,
        [new(0, 0.9, 0.9, 0.9, 10), new(1, 0.5, 0.5, 0.5, 2), new(2, 0, 0, 0, 0)],
        [[9, 1, 0], [1, 1, 0], [0, 0, 0]]);

    [Fact]
    public void Tiles_MacroAndWeighted_CountClassesWithImagesOnly()
    {
        var text = Render<MetricTiles>(p => p.Add(v => v.Metrics, Metrics)).Find(".metrics").TextContent.Replace('\u00a0', ' ');

        Assert.Contains("Precision70.0 %weighted 83.3 %", text, StringComparison.Ordinal);
        Assert.Contains("Recall, balanced accuracy70.0 %weighted 83.3 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiles_MeansOverClasses_StandWithTheirIntervals()
    {
        var intervals = BootstrapIntervals.Of(Metrics.Confusion)!;
        var tiles = Render<MetricTiles>(p => p.Add(v => v.Metrics, Metrics).Add(v => v.Intervals, intervals)).FindAll(".metrics > div");

        var expected = $"{(intervals.MacroF1.Low * 100).ToString("F1", System.Globalization.CultureInfo.CurrentCulture)} % – {(intervals.MacroF1.High * 100).ToString("F1", System.Globalization.CultureInfo.CurrentCulture)} %";
        Assert.Equal(expected, tiles[1].QuerySelector("small")!.TextContent.Replace('\u00a0', ' '));
        Assert.Contains("bootstrap", tiles[1].GetAttribute("title"), StringComparison.Ordinal);
    }

    // Of 12 images 11 have their class among the first two: Wilson's interval is that of any share.
    [Fact]
    public void Tiles_FewClasses_ShowTheTopThatSaysSomething()
    {
        var tiles = Render<MetricTiles>(p => p.Add(v => v.Metrics, Metrics with { TopAccuracy = 11 / 12.0 })).FindAll(".metrics > div");

        var top = tiles.Single(tile => tile.TextContent.StartsWith("Top", StringComparison.Ordinal)).TextContent.Replace('\u00a0', ' ');
        Assert.Equal("Top 291.7 %64.6 % – 98.5 %class among the first 2", top);
    }

    [Fact]
    public void ClassTable_EachShare_SaysOnHowManyImagesItStands()
    {
        var view = Render<ClassTable>(p => p.Add(v => v.Report, new EvaluationReport
        {
            ModelVersionId = Guid.Empty,
            ProjectId = Guid.Empty,
            RunId = Guid.Empty,
            DatasetSnapshotId = Guid.Empty,
            Classes = [new ReportClass(Guid.CreateVersion7(), "hat", false), new ReportClass(Guid.CreateVersion7(), "shoe", false), new ReportClass(Guid.CreateVersion7(), "coat", false)],
            Metrics = Metrics,
        }));

        var titles = view.FindAll("td[title]").Select(cell => cell.GetAttribute("title")!.Replace('\u00a0', ' ')).ToList();
        Assert.Equal("9 of 10 images; 95 % interval 60 % to 98 %", titles[0]);
        Assert.Contains("1 of 2 images; 95 % interval 9 % to 91 %", titles);
        Assert.Contains("No image to judge by", titles);
        Assert.DoesNotContain(titles, title => title.Contains("bootstrap", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Model 1", 0)]
    [InlineData("Model 2", 3)]
    public void ClassTable_ModelThatKnewAClassFirst_IsNamedWhereClassesCameInTurn(string lastCame, int named)
    {
        ReportClass[] classes = [new(Guid.CreateVersion7(), "hat", false), new(Guid.CreateVersion7(), "shoe", false), new(Guid.CreateVersion7(), "coat", false)];
        var view = Render<ClassTable>(p => p
            .Add(v => v.Report, new EvaluationReport
            {
                ModelVersionId = Guid.Empty,
                ProjectId = Guid.Empty,
                RunId = Guid.Empty,
                DatasetSnapshotId = Guid.Empty,
                Classes = classes,
                Metrics = Metrics,
            })
            .Add(v => v.SinceModel, new Dictionary<Guid, string> { [classes[0].Id] = "Model 1", [classes[1].Id] = "Model 1", [classes[2].Id] = lastCame }));

        Assert.Equal(named, view.FindAll("tbody tr").Count(row => row.TextContent.Contains("since Model", StringComparison.Ordinal)));
    }
}
