using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Pages.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class ComparisonPanelTests : BunitContext
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();
    private static readonly Guid Scarf = Guid.CreateVersion7();
    private static readonly Guid Parent = Guid.CreateVersion7();
    private static readonly Guid Oldest = Guid.CreateVersion7();

    [Fact]
    public void Panel_ClassAdded_TellsOldAndNewClassesApart()
    {
        var panel = Show([new ClassChange(Hat, 0.9, 0.8, 10), new ClassChange(Shoe, 0.7, 0.9, 10)], [new(Hat, Oldest, 1, 0.8, 10), new(Shoe, Parent, 0.7, 0.8, 10)], share: 0.05);

        Assert.Equal(
            [["All test images", "60.0 %", "85.0 %", "+25.0"], ["Old classes known to Model 2", "90.0 %", "85.0 %", "−5.0"], ["New classes scarf", "–", "75.0 %", ""]],
            panel.FindAll("tbody tr").Select(row => row.QuerySelectorAll("td").Select(cell => Plain(cell.TextContent)).ToArray()));
        // Ten points to the model before, twenty to the best of all.
        var badge = Assert.Single(panel.FindAll(".badge-danger"));
        Assert.Equal(("hat −20.0", "100.0 % in Model 1 → 80.0 % of 10 images"), (Plain(badge.TextContent), Plain(badge.GetAttribute("title")!)));
        Assert.Contains("on average 5.0 % of what the best model before knew", Plain(panel.Find(".forgotten").TextContent), StringComparison.Ordinal);
        // Of three images of old classes two are called what the model before called them; the scarf is not counted.
        Assert.Contains("new classes are 3 long on average, those of old classes 1.5: much longer", Plain(panel.Find("[data-testid=head-norms]").TextContent), StringComparison.Ordinal);
        Assert.Contains("5.0 % of the old classes' images turned from right to wrong; 66.7 % of them are called what Model 2 called them.", Plain(panel.Find(".forgotten").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void Panel_NothingForgotten_SaysSo()
    {
        var panel = Show([new ClassChange(Hat, 0.8, 0.9, 10)], [new(Hat, Parent, 0.8, 0.9, 10)], share: 0);

        Assert.Contains("No old class is worse than in any model before.", panel.Markup, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll(".badge"));
    }

    [Fact]
    public void Panel_AgainstALaterModel_SaysNothingOfForgetting()
    {
        var panel = Show([new ClassChange(Hat, 0.8, 0.9, 10)], [], share: 0);

        Assert.DoesNotContain("No old class is worse", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("turned from right to wrong", panel.Find(".forgotten").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<ComparisonPanel> Show(ClassChange[] changes, ClassForgetting[] best, double share) => Render<ComparisonPanel>(p => p
        .Add(v => v.Comparison, new ParentComparison
        {
            ParentModelId = Parent,
            ParentMetrics = ModelEvaluation.Compute([0, 0, 1, 1, 2], [1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0], 3),
            OldClassesBefore = 0.9,
            OldClassesAfter = 0.85,
            NewClassesAfter = 0.75,
            OldClasses = changes,
            OldRightToWrongShare = share,
            BrokenImageIds = [],
            FixedImageIds = [],
        })
        .Add(v => v.Classes, [new ReportClass(Hat, "hat", false), new ReportClass(Shoe, "shoe", false), new ReportClass(Scarf, "scarf", true)])
        .Add(v => v.Forgetting, best)
        .Add(v => v.ModelNames, new Dictionary<Guid, string> { [Oldest] = "Model 1" })
        .Add(v => v.HeadNorms, [1, 2, 3])
        .Add(v => v.AccuracyAfter, 0.85)
        .Add(v => v.BeforeName, "Model 2")
        .Add(v => v.Predictions, [new(1, Hat, Hat, 0.9, Hat), new(2, Hat, Shoe, 0.9, Shoe), new(3, Shoe, Shoe, 0.9, Hat), new(4, Scarf, Scarf, 0.9, Hat)]));

    private static string Plain(string text) => string.Join(' ', text.Replace('\u00a0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
