using Bunit;
using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Review;

namespace LabelStudio.Web.Tests.Review;

public sealed class AnnotatorTableTests : BunitContext
{
    [Fact]
    public void Table_BelowTheAimOnHiddenChecks_IsMarked()
    {
        AnnotatorFigures[] people =
        [
            new(Guid.NewGuid(), "Bea", 40, 10, 9, Checks: 10, ChecksRight: 7, Rejected: 0, LabelsPerHour: 900, Votes: 4, VotesWithLabel: 3),
            new(Guid.NewGuid(), "Cal", 40, 10, 9, Checks: 10, ChecksRight: 9, Rejected: 0, LabelsPerHour: null, Votes: 0, VotesWithLabel: 0),
        ];

        var table = Render<AnnotatorTable>(parameters => parameters.Add(view => view.People, people).Add(view => view.TargetPercent, 80));

        var checks = table.FindAll("[data-testid=checks]");
        Assert.Contains("below the aim", checks[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("below the aim", checks[1].TextContent, StringComparison.Ordinal);
        Assert.Contains(Figures.Percent(0.75), table.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
    }
}
