using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Projects;

public sealed class InvitationServiceTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task MarkAcceptedAsync_GivesTheRoleOnce()
    {
        await using var studio = await StartAsync();
        var adminId = await studio.AddUserAsync();
        var newcomer = await studio.AddUserAsync(StudioRole.Viewer);
        var invitations = studio.Get<InvitationService>();
        var created = await invitations.CreateAsync(adminId, new NewInvitation(StudioRole.MlLead, "ada@example.org"), CancellationToken.None);

        Assert.Equal(StudioRole.MlLead, (await invitations.PeekAsync(created.Code, CancellationToken.None))!.Role);
        await invitations.MarkAcceptedAsync(created.Code, newcomer, CancellationToken.None);

        Assert.Equal(StudioRole.MlLead, (await studio.Get<PeopleDirectory>().FindAsync(newcomer, CancellationToken.None))!.Role);
        Assert.Null(await invitations.PeekAsync(created.Code, CancellationToken.None));
        await Assert.ThrowsAsync<ConflictException>(
            () => invitations.MarkAcceptedAsync(created.Code, newcomer, CancellationToken.None));
    }

    [Fact]
    public async Task MarkAcceptedAsync_ForAProject_RaisesTheRoleThereOnly()
    {
        await using var studio = await StartAsync();
        var adminId = await studio.AddUserAsync();
        var newcomer = await studio.AddUserAsync(StudioRole.Viewer);
        var projectId = await studio.AddProjectAsync(adminId);
        var created = await studio.Get<InvitationService>().CreateAsync(
            adminId, new NewInvitation(StudioRole.Annotator, ProjectId: projectId), CancellationToken.None);

        await studio.Get<InvitationService>().MarkAcceptedAsync(created.Code, newcomer, CancellationToken.None);

        var access = studio.Get<ProjectAccess>();
        Assert.True(await access.AllowsAsync(newcomer, projectId, StudioRight.Label, CancellationToken.None));
        Assert.False(await access.AllowsGlobalAsync(newcomer, StudioRight.Label, CancellationToken.None));
    }

    [Fact]
    public async Task PeekAsync_AfterTheEnd_GivesNothing()
    {
        await using var studio = await StartAsync();
        var adminId = await studio.AddUserAsync();
        var created = await studio.Get<InvitationService>().CreateAsync(adminId, new NewInvitation(StudioRole.Viewer), CancellationToken.None);

        _clock.Advance(TimeSpan.FromDays(8));

        Assert.Null(await studio.Get<InvitationService>().PeekAsync(created.Code, CancellationToken.None));
    }

    [Fact]
    public async Task CreateAsync_KeepsNoCode()
    {
        await using var studio = await StartAsync();
        var adminId = await studio.AddUserAsync();

        var created = await studio.Get<InvitationService>().CreateAsync(adminId, new NewInvitation(StudioRole.Viewer), CancellationToken.None);

        await using var db = studio.OpenDatabase();
        Assert.NotEqual(created.Code, (await db.Invitations.SingleAsync()).CodeHash);
        Assert.Single(await studio.Get<InvitationService>().ListAsync(adminId, CancellationToken.None));
    }

    [Fact]
    public async Task RevokeAsync_MakesTheCodeUseless()
    {
        await using var studio = await StartAsync();
        var adminId = await studio.AddUserAsync();
        var created = await studio.Get<InvitationService>().CreateAsync(adminId, new NewInvitation(StudioRole.Viewer), CancellationToken.None);

        await studio.Get<InvitationService>().RevokeAsync(adminId, created.Id, CancellationToken.None);

        Assert.Null(await studio.Get<InvitationService>().PeekAsync(created.Code, CancellationToken.None));
    }

    private Task<TemporaryStudio> StartAsync() =>
        TemporaryStudio.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}
