using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Projects;

public sealed class PeopleDirectoryTests
{
    [Fact]
    public async Task ChangeRoleAsync_OfTheLastAdministrator_IsRefused()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var adminId = await studio.AddUserAsync();
        await studio.AddUserAsync(StudioRole.MlLead);
        var people = studio.Get<PeopleDirectory>();

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => people.ChangeRoleAsync(adminId, adminId, StudioRole.MlLead, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => people.SetDisabledAsync(adminId, adminId, isDisabled: true, CancellationToken.None));
    }

    [Fact]
    public async Task ChangeRoleAsync_TwoAdministratorsLoweringEachOther_LeavesOne()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var one = await studio.AddUserAsync();
        var two = await studio.AddUserAsync();
        var people = studio.Get<PeopleDirectory>();

        var lowered = await Task.WhenAll(LowerAsync(one, two), LowerAsync(two, one));

        Assert.Single(lowered, done => done);

        async Task<bool> LowerAsync(Guid by, Guid whom)
        {
            try
            {
                await people.ChangeRoleAsync(by, whom, StudioRole.Viewer, CancellationToken.None);
                return true;
            }
            catch (StudioException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task ListAsync_ByAnAnnotator_IsDenied()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var annotatorId = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => studio.Get<PeopleDirectory>().ListAsync(annotatorId, CancellationToken.None));
    }

    [Fact]
    public async Task ListAsync_GivesEverybodyByName()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        Assert.False(await studio.Get<PeopleDirectory>().AnyAsync(CancellationToken.None));
        var adminId = await studio.AddUserAsync(StudioRole.Administrator, "Zoe");
        await studio.AddUserAsync(StudioRole.Viewer, "Ada");
        await studio.Get<PeopleDirectory>().RenameAsync(adminId, "  Zoé ", CancellationToken.None);

        var people = await studio.Get<PeopleDirectory>().ListAsync(adminId, CancellationToken.None);

        Assert.Equal(["Ada", "Zoé"], people.Select(person => person.DisplayName));
        Assert.True(await studio.Get<PeopleDirectory>().AnyAsync(CancellationToken.None));
        Assert.Equal("Zoé", (await studio.Get<PeopleDirectory>().FindAsync(adminId, CancellationToken.None))!.DisplayName);
    }
}
