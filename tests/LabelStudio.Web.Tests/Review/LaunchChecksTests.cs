using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Review;

public sealed class LaunchChecksTests : PageTest
{
    [Fact]
    public async Task Show_RareClassAndNoSearchYet_WarnsOfTheOneAndOffersTheOther()
    {
        var checks = await ShowAsync(rare: 4, common: 48);

        Assert.Contains("Cup has 12 times as many training images as Plate", checks.Markup, StringComparison.Ordinal);
        Assert.Contains("Look for them", checks.Find("button").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_BalancedClasses_DoesNotWarn()
    {
        var checks = await ShowAsync(rare: 40, common: 48);

        Assert.Empty(checks.FindAll(".warning"));
    }

    private async Task<IRenderedComponent<LaunchChecks>> ShowAsync(int rare, int common)
    {
        await SignInAsync(StudioRole.MlLead);
        var project = await AddProjectAsync("Checked");
        ClassReadiness[] classes = [Ready("Cup", common), Ready("Plate", rare)];
        var checks = Render<LaunchChecks>(parameters => parameters
            .Add(item => item.ProjectId, project.Id)
            .Add(item => item.Preflight, new Preflight(classes, null, null, 0, [], null)));
        checks.WaitForElement(".checks");
        return checks;
    }

    private static ClassReadiness Ready(string name, int train) => new(Guid.CreateVersion7(), name, "#336699", train, 5, 5, false);
}
