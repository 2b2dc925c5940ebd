using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

/// <summary>What a report shows by class where images may show several.</summary>
public sealed class ByClassTests : BunitContext
{
    [Fact]
    public void Table_Figures_StandForClassesAndNotForCombinations()
    {
        var table = Render<ByClassTable>(p => p.Add(v => v.Report, SeveralClassesReports.Of()));

        Assert.Equal(["hat", "shoe"], Cells(table, 0));
        // A hat is found on one of its two images, and called on one more.
        Assert.Equal(["50.0 %", "100.0 %"], Cells(table, 1));
        Assert.Equal(["50.0 %", "100.0 %"], Cells(table, 2));
        Assert.Equal(["2", "3"], Cells(table, 5));
        Assert.Equal("1 of 2 images; 95 % interval 9 % to 91 %", Plain(table.Find("tbody td[title]").GetAttribute("title")!));
    }

    [Fact]
    public void Table_SortedTwice_TurnsTheOrder()
    {
        var table = Render<ByClassTable>(p => p.Add(v => v.Report, SeveralClassesReports.Of()));

        table.FindAll("th button")[3].Click();
        Assert.Equal(["hat", "shoe"], Cells(table, 0));
        table.FindAll("th button")[3].Click();

        Assert.Equal(["shoe", "hat"], Cells(table, 0));
        Assert.Equal("descending", table.FindAll("th")[3].GetAttribute("aria-sort"));
    }

    [Fact]
    public void Table_YesAndNo_ShowsTheFourCountsAndAsksForTheirImages()
    {
        YesNoAnswer? asked = null;
        var table = Render<ByClassTable>(p => p.Add(v => v.Report, SeveralClassesReports.Of()).Add(v => v.OnAnswer, answer => asked = answer));

        table.FindAll(".segments button")[1].Click();

        Assert.Equal(["1", "1", "1", "2"], table.FindAll("tbody tr")[0].QuerySelectorAll("td").Skip(1).Select(cell => cell.TextContent));
        Assert.Equal(["3", "0", "0", "2"], table.FindAll("tbody tr")[1].QuerySelectorAll("td").Skip(1).Select(cell => cell.TextContent));
        table.FindAll("tbody tr")[0].QuerySelectorAll("td button")[1].Click();
        Assert.Equal(new YesNoAnswer(SeveralClassesReports.Hat, "hat", IsShown: true, IsCalled: false), asked);
    }

    [Fact]
    public void Table_ModelBefore_StandsBesideWithTheChangeOfF1()
    {
        var report = SeveralClassesReports.Of();
        var before = report.SeveralClasses!.Metrics with { Classes = [new(0, 2, 0, 0, 3, 1), new(1, 3, 0, 0, 2, 1)] };
        var table = Render<ByClassTable>(p => p.Add(v => v.Report, report with { SeveralClasses = report.SeveralClasses with { Before = before } }));

        Assert.Equal("50.0 %was 100.0 %", Cells(table, 3)[0]);
        Assert.Equal("−50.0", Cells(table, 6)[0]);
        Assert.Contains("worse", table.FindAll("tbody tr")[0].QuerySelectorAll("td")[6].ClassList);
    }

    [Fact]
    public void Tiles_FiguresOverAllImages_AreThoseOfTheSets()
    {
        var text = Plain(Render<SeveralClassesTiles>(p => p.Add(v => v.Metrics, SeveralClassesReports.Of().SeveralClasses!.Metrics).Add(v => v.CalibrationError, 0.125)).Find(".metrics").TextContent);

        Assert.Contains("Exact match60.0 %", text, StringComparison.Ordinal);
        Assert.Contains("Macro-F1 of the classes75.0 %micro 80.0 %", text, StringComparison.Ordinal);
        // (1 + 1 + 1/2 + 1/2 + 1) / 5, and two of ten answers.
        Assert.Contains("Overlap of the sets80.0 %", text, StringComparison.Ordinal);
        Assert.Contains("Wrong answers20.0 %", text, StringComparison.Ordinal);
        Assert.Contains("Calibration error12.5 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_SeveralClasses_LeadsWithTheClasses()
    {
        var sentence = Plain(Verdict.Of(SeveralClassesReports.Of()).Sentence);

        Assert.Equal("Macro-F1 of the classes 75.0 %; 60.0 % of 5 test images get exactly their classes (95 % interval 23 % to 88 %); weakest class hat (F1 50 %).", sentence);
    }

    [Fact]
    public void Matrix_ManyCombinations_DrawsClassesAndTheMostFrequentOnes()
    {
        // Two classes and 20 combinations, the later the more frequent; the last is called as the first class once.
        List<ReportClass> labels = [new(Guid.CreateVersion7(), "hat", false), new(Guid.CreateVersion7(), "shoe", false)];
        labels.AddRange(Enumerable.Range(1, 20).Select(number => new ReportClass(Guid.CreateVersion7(), $"set {number}", false) { MemberIds = [] }));
        var rows = labels.SelectMany((_, index) => Enumerable.Repeat((Target: index, Said: index), Math.Max(0, index - 1))).Append((Target: 21, Said: 0)).ToList();
        var report = SeveralClassesReports.Of() with
        {
            Classes = labels,
            Metrics = ModelEvaluation.Compute([.. rows.Select(row => row.Target)], [.. rows.SelectMany(row => labels.Select((_, index) => index == row.Said ? 1f : 0f))], labels.Count),
        };

        var matrix = LabelMatrix.Of(report);

        Assert.Equal(["hat", "shoe", .. Enumerable.Range(9, 12).Select(number => $"set {number}")], matrix.Names);
        Assert.Equal((8, 36), (matrix.LeftOutLabels, matrix.LeftOutImages));
        Assert.Equal(new MatrixCell(21, 0), matrix.InReport(new MatrixCell(13, 0)));
        Assert.Equal(new MatrixCell(13, 0), matrix.Drawn(new MatrixCell(21, 0)));
        Assert.Null(matrix.Drawn(new MatrixCell(2, 0)));
        Assert.Equal((20, 1), (matrix.Counts[13][13], matrix.Counts[13][0]));
    }

    [Fact]
    public void Matrix_OfSingleClasses_IsTheWholeOne()
    {
        var report = SeveralClassesReports.Of() with { Classes = [.. SeveralClassesReports.Labels.Select(item => item with { MemberIds = null })], SeveralClasses = null };

        var matrix = LabelMatrix.Of(report);

        Assert.Same(report.Metrics!.Confusion, matrix.Counts);
        Assert.Equal((4, 0, 0), (matrix.Names.Count, matrix.LeftOutLabels, matrix.LeftOutImages));
    }

    [Fact]
    public void Thresholds_OfClasses_DecideEachClassByItself()
    {
        var labels = ReportLabels.Of(SeveralClassesReports.Of())!;
        var marginals = labels.Members.Marginals(SeveralClassesReports.Probabilities);

        var low = ClassThresholdOutcome.Of(labels.Members, SeveralClassesReports.Targets, marginals, [0.34, 0.5]);

        // From 34 % on the hat beside the shoe is seen, and the one that is none still is.
        Assert.Equal((2, 1, 0, 2), (low.Classes[0].RightYes, low.Classes[0].WrongYes, low.Classes[0].Missed, low.Classes[0].RightNo));
        Assert.Equal((0.8, 0.1), (low.ExactMatch, low.HammingLoss));
        Assert.Equal(0.9, low.MacroF1, 1e-9);
    }

    private static List<string> Cells(IRenderedComponent<ByClassTable> table, int column) =>
        [.. table.FindAll("tbody tr").Select(row => Plain(row.QuerySelectorAll("td")[column].TextContent).Trim())];

    private static string Plain(string text) => text.Replace('\u00a0', ' ');
}
