using Bunit;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Tests.Components;

public sealed class LossChartTests : BunitContext
{
    private readonly BunitJSModuleInterop _chart;

    public LossChartTests()
    {
        var module = JSInterop.SetupModule("./js/line-chart.js");
        _chart = module.SetupModule("create", _ => true);
        _chart.SetupVoid("reset", _ => true).SetVoidResult();
        _chart.SetupVoid("append", _ => true).SetVoidResult();
        _chart.SetupVoid("dispose").SetVoidResult();
    }

    [Fact]
    public void Render_FirstTime_SendsTheWholeCurve()
    {
        Render<LossChart>(p => p.Add(c => c.Title, "Loss").Add(c => c.Series, Curves(3)));

        var sent = Assert.Single(_chart.Invocations["reset"]);
        Assert.Equal([1.0, 2.0, 3.0], PointsOf(sent, 0).Select(point => point[0]!.Value));
    }

    [Fact]
    public void Render_WithMorePoints_SendsOnlyTheNewOnes()
    {
        var chart = Render<LossChart>(p => p.Add(c => c.Title, "Loss").Add(c => c.Series, Curves(3)));

        chart.Render(p => p.Add(c => c.Series, Curves(5)));

        Assert.Single(_chart.Invocations["reset"]);
        var tails = Assert.IsType<double?[][][]>(Assert.Single(_chart.Invocations["append"]).Arguments[0]);
        Assert.Equal([4.0, 5.0], tails[0].Select(point => point[0]!.Value));
        Assert.Equal([4.0, 5.0], tails[1].Select(point => point[0]!.Value));
    }

    [Fact]
    public void Render_WithTheSamePoints_SendsNothing()
    {
        var chart = Render<LossChart>(p => p.Add(c => c.Title, "Loss").Add(c => c.Series, Curves(3)));

        chart.Render(p => p.Add(c => c.Series, Curves(3)));

        Assert.Single(_chart.Invocations["reset"]);
        Assert.Empty(_chart.Invocations["append"]);
    }

    [Fact]
    public void Render_AnotherBestEpoch_MovesTheMarkerWithoutPoints()
    {
        var chart = Render<LossChart>(p => p.Add(c => c.Title, "Loss").Add(c => c.Series, Curves(3)).Add(c => c.BestX, 1));

        chart.Render(p => p.Add(c => c.BestX, 3));

        var sent = Assert.Single(_chart.Invocations["append"]);
        Assert.All(Assert.IsType<double?[][][]>(sent.Arguments[0]), Assert.Empty);
        Assert.Equal(3.0, sent.Arguments[1]);
    }

    [Fact]
    public void Render_OtherCurves_SendsAllAnew()
    {
        var chart = Render<LossChart>(p => p.Add(c => c.Title, "Loss").Add(c => c.Series, Curves(3)));

        chart.Render(p => p.Add(c => c.Series, [new ChartSeries("Old classes", ChartTone.Old, Points(2))]));

        Assert.Equal(2, _chart.Invocations["reset"].Count);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Pair_ValueThatIsNotFinite_IsAGap(double value) => Assert.Null(new ChartPoint(4, value).Pair[1]);

    [Fact]
    public void Thin_LongCurve_KeepsEndsAndPeak()
    {
        var points = Enumerable.Range(0, 10_000).Select(i => new ChartPoint(i, i == 7_321 ? 9 : Math.Sin(i / 700.0))).ToList();

        var thinned = CurveThinning.Thin(points, 200);

        Assert.Equal(200, thinned.Count);
        Assert.Equal(points[0], thinned[0]);
        Assert.Equal(points[^1], thinned[^1]);
        Assert.Contains(thinned, point => point.Y == 9);
        Assert.Equal(thinned.OrderBy(point => point.X), thinned);
    }

    private static ChartSeries[] Curves(int count) =>
        [new("Training", ChartTone.Train, Points(count)), new("Validation", ChartTone.Validation, Points(count))];

    private static List<ChartPoint> Points(int count) => [.. Enumerable.Range(1, count).Select(i => new ChartPoint(i, 1.0 / i))];

    private static List<double?[]> PointsOf(JSRuntimeInvocation sent, int series)
    {
        var all = Assert.IsAssignableFrom<System.Collections.IEnumerable>(sent.Arguments[0]).Cast<object>().ToList();
        var points = all[series].GetType().GetProperty("points")!.GetValue(all[series]);
        return [.. Assert.IsAssignableFrom<IEnumerable<double?[]>>(points)];
    }
}
