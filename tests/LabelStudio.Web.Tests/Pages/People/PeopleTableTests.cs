using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.People;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Pages.People;

public sealed class PeopleTableTests : PageTest
{
    [Fact]
    public async Task Table_NobodyDisablesThemselves()
    {
        await SignInAsync(StudioRole.Administrator);
        await AddPersonAsync(StudioRole.Viewer);
        var people = await Services.GetRequiredService<PeopleDirectory>().ListAsync(UserId, TestContext.Current.CancellationToken);

        var table = Render<PeopleTable>(parameters => parameters.Add(part => part.People, people).Add(part => part.Me, UserId));

        Assert.Equal(2, table.FindAll("tbody tr").Count);
        Assert.Single(table.FindAll("button"));
    }

    [Fact]
    public async Task Table_AnotherRole_IsGiven()
    {
        await SignInAsync(StudioRole.Administrator);
        var viewer = await AddPersonAsync(StudioRole.Viewer);
        var directory = Services.GetRequiredService<PeopleDirectory>();
        var people = await directory.ListAsync(UserId, TestContext.Current.CancellationToken);
        var table = Render<PeopleTable>(parameters => parameters.Add(part => part.People, people).Add(part => part.Me, UserId));

        await table.DoAsync(() => table.Find("select[aria-label='Role of The Viewer']").ChangeAsync(new() { Value = nameof(StudioRole.MlLead) }));

        Assert.Equal(StudioRole.MlLead, (await directory.FindAsync(viewer, TestContext.Current.CancellationToken))!.Role);
    }

    [Fact]
    public async Task Table_TheLastAdministrator_CannotBeLowered()
    {
        await SignInAsync(StudioRole.Administrator);
        RenderProviders();
        var directory = Services.GetRequiredService<PeopleDirectory>();
        var people = await directory.ListAsync(UserId, TestContext.Current.CancellationToken);
        var table = Render<PeopleTable>(parameters => parameters.Add(part => part.People, people).Add(part => part.Me, UserId));

        await table.DoAsync(() => table.Find("select").ChangeAsync(new() { Value = nameof(StudioRole.Viewer) }));

        Assert.Equal(StudioRole.Administrator, (await directory.FindAsync(UserId, TestContext.Current.CancellationToken))!.Role);
    }
}
