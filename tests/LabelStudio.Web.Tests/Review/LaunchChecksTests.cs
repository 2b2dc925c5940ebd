using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Tests;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Review;

public sealed class LaunchChecksTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Show_ImagesJoinedSinceTheSearch_SaysSoAndOffersItAgain()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Checked")).Id;
        await Services.GetRequiredService<NearDuplicates>().FindAsync(UserId, project, again: false, progress: null, Token);
        var batch = await Services.GetRequiredService<ImageIntake>().StartBatchAsync(UserId, project, "rows", Token);
        await Services.GetRequiredService<StudioWriter>().WriteAsync((db, _) => Task.FromResult(db.Images.Add(TestImages.Record(project, batch, UserId, 1))), Token);

        var checks = await ShowAsync(rare: 40, common: 48, project);

        Assert.Contains("out of date", checks.Find("[data-testid=duplicates-outdated]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("No near-duplicates across splits", checks.Markup, StringComparison.Ordinal);
        checks.Do(() => checks.Find("[data-testid=duplicates-outdated] button").Click());
        checks.WaitForAssertion(() => Assert.Contains("No near-duplicates across splits.", checks.Find(".good").TextContent, StringComparison.Ordinal));
        Assert.Empty(checks.FindAll("[data-testid=duplicates-outdated]"));
    }

    private async Task<IRenderedComponent<LaunchChecks>> ShowAsync(int rare, int common, Guid? known = null)
    {
        if (known is null)
        {
            await SignInAsync(StudioRole.MlLead);
        }

        var project = known ?? (await AddProjectAsync("Checked")).Id;
        ClassReadiness[] classes = [Ready("Cup", common), Ready("Plate", rare)];
        var checks = Render<LaunchChecks>(parameters => parameters
            .Add(item => item.ProjectId, project)
            .Add(item => item.Preflight, new Preflight(classes, null, null, 0, [], null)));
        checks.WaitForElement(".checks");
        return checks;
    }

    private static ClassReadiness Ready(string name, int train) => new(Guid.CreateVersion7(), name, "#336699", train, 5, 5, false);
}
