using Bunit;
using LabelStudio.Web.Pages.Projects;

namespace LabelStudio.Web.Tests.Pages.Projects;

public sealed class DataWayTests : BunitContext
{
    [Fact]
    public void Way_StepsInTheMiddle_MarksTheNextOne()
    {
        var steps = ProjectSteps.Of(ProjectStepsTests.Project(30, 2, 5, null), [], []);

        var way = Render<DataWay>(parameters => parameters.Add(part => part.Steps, steps).Add(part => part.ProjectAddress, "projects/1"));

        var next = way.Find("[aria-current=step]");
        Assert.Contains("Label", next.TextContent, StringComparison.Ordinal);
        Assert.Equal("projects/1/label", next.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal(2, way.FindAll(".way-done").Count);
    }
}
