using Bunit;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class ClassBarsTests : BunitContext
{
    [Fact]
    public void Bars_NewClassesFirst_ThenThoseThatGotWorse_EachWithItsMark()
    {
        var bars = Show(Bar("hat", 0.9, 0.91), Bar("shoe", 0.7, 0.8), Bar("scarf", 0.5, null, isNew: true));

        Assert.Equal(["scarf", "shoe", "hat"], bars.FindAll(".name").Select(name => name.ChildNodes[1].TextContent.Trim()));
        Assert.Equal([true, false, false], bars.FindAll(".name").Select(name => name.QuerySelector(".badge") is not null));
        Assert.Equal([false, true, false], bars.FindAll(".bar-row").Select(row => row.ClassList.Contains("worse")));
        Assert.Equal(["left:80.0%", "left:91.0%"], bars.FindAll(".ghost").Select(mark => mark.GetAttribute("style")));
        Assert.Equal("shoe: 70.0 %, Model 3 80.0 %", Plain(bars.FindAll("[role=meter]")[1].GetAttribute("aria-label")!));
    }

    [Fact]
    public void Bars_NoModelBefore_HaveNeitherMarkNorChange()
    {
        var bars = Show(Bar("hat", 0.9, null), Bar("shoe", null, null));

        Assert.Empty(bars.FindAll(".ghost, .change"));
        Assert.Equal(["hat: 90.0 %", "shoe: no validation image"], bars.FindAll("[role=meter]").Select(meter => Plain(meter.GetAttribute("aria-label")!)));
    }

    [Fact]
    public void Bars_Combinations_AreOneLineUntilTheyAreAskedFor()
    {
        var classes = Enumerable.Range(1, 6).Select(number => Bar($"class {number}", 0.9, 0.9));
        var combinations = Enumerable.Range(1, 30).Select(number => Bar($"pair {number}", 0.5, number <= 2 ? 0.9 : 0.5, isNew: number == 30) with { IsCombination = true });

        var bars = Show([.. combinations, .. classes]);

        Assert.Equal(["class 1", "class 2", "class 3", "class 4", "class 5", "class 6"], Names(bars));
        Assert.Equal("30 combinations of classes, 2 worse", bars.Find("[data-testid=combinations]").TextContent);
        bars.Find("[data-testid=combinations]").Click();
        Assert.Equal(36, bars.FindAll(".bar-row").Count);
        Assert.Equal(["pair 30", "pair 1", "pair 2"], Names(bars).Skip(6).Take(3));
    }

    private static IEnumerable<string> Names(IRenderedComponent<ClassBars> bars) => bars.FindAll(".name").Select(name => name.ChildNodes[1].TextContent.Trim());

    private IRenderedComponent<ClassBars> Show(params ClassBar[] bars) => Render<ClassBars>(p => p.Add(v => v.Bars, bars).Add(v => v.BeforeName, "Model 3"));

    private static ClassBar Bar(string name, double? accuracy, double? before, bool isNew = false) => new(Guid.CreateVersion7(), name, "#336699", isNew, accuracy, before);

    private static string Plain(string text) => text.Replace('\u00a0', ' ');
}
