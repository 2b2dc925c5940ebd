using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Projects;

public sealed class ProjectAccessTests
{
    [Theory]
    [InlineData(StudioRole.Viewer, StudioRight.View)]
    [InlineData(StudioRole.Annotator, StudioRight.Label)]
    [InlineData(StudioRole.MlLead, StudioRight.ManageProject)]
    [InlineData(StudioRole.Administrator, StudioRight.Administer)]
    public async Task Allows_ARoleHoldsExactlyItsRights(StudioRole role, StudioRight highest)
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync(role);

        foreach (var right in Enum.GetValues<StudioRight>())
        {
            var allowed = await studio.Get<ProjectAccess>().AllowsAsync(userId, Guid.NewGuid(), right, CancellationToken.None);
            Assert.Equal(right.LeastRole() <= highest.LeastRole(), allowed);
        }
    }

    [Fact]
    public async Task DemandAsync_Nobody_IsDenied()
    {
        await using var studio = await TemporaryStudio.StartAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => studio.Get<ProjectAccess>()
            .DemandAsync(Guid.NewGuid(), Guid.NewGuid(), StudioRight.View, CancellationToken.None));
    }

    [Fact]
    public async Task SetMemberAsync_RaisesTheRoleInOneProjectAtOnce()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var leadId = await studio.AddUserAsync(StudioRole.MlLead);
        var viewerId = await studio.AddUserAsync(StudioRole.Viewer);
        var one = await studio.AddProjectAsync(leadId);
        var other = await studio.AddProjectAsync(leadId);
        Assert.False(await CanLabelAsync(studio, viewerId, one));

        await studio.Get<ProjectCatalog>().SetMemberAsync(leadId, one, viewerId, StudioRole.Annotator, CancellationToken.None);

        Assert.True(await CanLabelAsync(studio, viewerId, one));
        Assert.False(await CanLabelAsync(studio, viewerId, other));

        await studio.Get<ProjectCatalog>().RemoveMemberAsync(leadId, one, viewerId, CancellationToken.None);

        Assert.False(await CanLabelAsync(studio, viewerId, one));
    }

    [Fact]
    public async Task SetMemberAsync_ALowerRole_TakesNothingAway()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var leadId = await studio.AddUserAsync(StudioRole.MlLead);
        var annotatorId = await studio.AddUserAsync(StudioRole.Annotator);
        var projectId = await studio.AddProjectAsync(leadId);

        await studio.Get<ProjectCatalog>().SetMemberAsync(leadId, projectId, annotatorId, StudioRole.Viewer, CancellationToken.None);

        Assert.True(await CanLabelAsync(studio, annotatorId, projectId));
    }

    [Fact]
    public async Task SetDisabledAsync_TakesEveryRightAtOnce()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var adminId = await studio.AddUserAsync();
        var annotatorId = await studio.AddUserAsync(StudioRole.Annotator);
        var projectId = await studio.AddProjectAsync(adminId);
        Assert.True(await CanLabelAsync(studio, annotatorId, projectId));

        await studio.Get<PeopleDirectory>().SetDisabledAsync(adminId, annotatorId, isDisabled: true, CancellationToken.None);

        Assert.False(await CanLabelAsync(studio, annotatorId, projectId));
    }

    private static Task<bool> CanLabelAsync(TemporaryStudio studio, Guid userId, Guid projectId) =>
        studio.Get<ProjectAccess>().AllowsAsync(userId, projectId, StudioRight.Label, CancellationToken.None);
}
