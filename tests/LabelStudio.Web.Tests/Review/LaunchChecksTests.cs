using Bunit;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Tests;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
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

    /// <summary>Nothing but a new version can change the splits of a frozen one.</summary>
    [Fact]
    public async Task Show_CopiesAcrossSplits_AreMovedInTheLabelsOfNowOnly()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Checked")).Id;
        var owl = (await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, project, new NewClass("Owl"), Token)).Id;
        var intake = Services.GetRequiredService<ImageIntake>();
        var batch = await intake.StartBatchAsync(UserId, project, "test", Token);
        // The same pixels in two files.
        await intake.AddAsync(UserId, project, batch, "one.png", new MemoryStream(TestImages.Png(1)), owl, Token);
        await intake.AddAsync(UserId, project, batch, "two.png", new MemoryStream([.. TestImages.Png(1), 0]), owl, Token);
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            async (db, token) =>
            {
                var images = await db.Images.OrderBy(image => image.Id).ToListAsync(token);
                (images[0].Split, images[1].Split) = (Split.Train, Split.Test);
            },
            Token);
        var version = await Services.GetRequiredService<DatasetVersions>().FreezeAsync(UserId, project, Token);
        var found = await Services.GetRequiredService<NearDuplicates>().FindAsync(UserId, project, again: false, progress: null, Token);
        Assert.Single(found.Sets);

        var now = await ShowAsync(rare: 40, common: 48, project);
        var frozen = await ShowAsync(rare: 40, common: 48, project, version);

        Assert.Contains(now.FindAll("button"), button => button.TextContent == "Move each set to training");
        Assert.Contains("1 set of near-duplicates lies in more than one split", frozen.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(frozen.FindAll("button"), button => button.TextContent == "Move each set to training");
    }

    private async Task<IRenderedComponent<LaunchChecks>> ShowAsync(int rare, int common, Guid? known = null, Guid? version = null)
    {
        if (known is null)
        {
            await SignInAsync(StudioRole.MlLead);
        }

        var project = known ?? (await AddProjectAsync("Checked")).Id;
        ClassReadiness[] classes = [Ready("Cup", common), Ready("Plate", rare)];
        var checks = Render<LaunchChecks>(parameters => parameters
            .Add(item => item.ProjectId, project)
            .Add(item => item.VersionId, version)
            .Add(item => item.CanMove, true)
            .Add(item => item.Preflight, new Preflight(classes, null, null, 0, [], null)));
        checks.WaitForElement(".checks");
        return checks;
    }

    private static ClassReadiness Ready(string name, int train) => new(Guid.CreateVersion7(), name, "#336699", train, 5, 5, false);
}
