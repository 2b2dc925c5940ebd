using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Projects;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Pages.Projects;

public sealed class ProjectListPageTests : PageTest
{
    [Fact]
    public async Task List_NoProjectAndALead_OffersToMakeOne()
    {
        await SignInAsync(StudioRole.MlLead);

        var page = Render<ProjectListPage>();

        page.WaitForAssertion(() => Assert.Contains("No project yet", page.Markup, StringComparison.Ordinal));
        Assert.Contains(page.FindAll("button"), button => button.TextContent.Contains("Try the sample project", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_NoProjectAndAnAnnotator_OffersNothing()
    {
        await SignInAsync(StudioRole.Annotator);

        var page = Render<ProjectListPage>();

        page.WaitForAssertion(() => Assert.Contains("No project yet", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public async Task List_AProjectMadeMeanwhile_Appears()
    {
        await SignInAsync(StudioRole.Viewer);
        var page = Render<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Contains("No project yet", page.Markup, StringComparison.Ordinal));

        await AddProjectAsync("Parts on the conveyor");

        page.WaitForAssertion(() => Assert.Equal("Parts on the conveyor", page.Find(".project-card-name").TextContent));
    }

    [Fact]
    public async Task List_AGuest_SeesOnlyProjectsThatTookThemIn()
    {
        await SignInAsync(StudioRole.Guest);
        var page = Render<ProjectListPage>();

        await AddSecretProjectAsync();

        page.WaitForAssertion(() => Assert.Contains("No project yet", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".project-card"));
    }

    private async Task AddSecretProjectAsync()
    {
        var owner = await AddPersonAsync(StudioRole.Administrator);
        await Services.GetRequiredService<ProjectCatalog>().CreateAsync(owner, new NewProject("Secret"), TestContext.Current.CancellationToken);
    }
}
