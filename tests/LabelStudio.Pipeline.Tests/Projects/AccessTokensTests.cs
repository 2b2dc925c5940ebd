using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Projects;

public sealed class AccessTokensTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task ValidateAsync_ANewToken_GivesItsOwnerAndScopes()
    {
        await using var studio = await StartAsync();
        var userId = await studio.AddUserAsync(StudioRole.Annotator);
        var tokens = studio.Get<AccessTokens>();

        var created = await tokens.CreateAsync(
            userId, new NewAccessToken("camera", AccessScopes.Predict | AccessScopes.Label), CancellationToken.None);

        Assert.StartsWith("lsn_", created.Secret, StringComparison.Ordinal);
        Assert.Equal(
            new ValidatedToken(created.Info.Id, userId, AccessScopes.Predict | AccessScopes.Label),
            await tokens.ValidateAsync(created.Secret, CancellationToken.None));
        Assert.Equal(_clock.GetUtcNow().UtcDateTime, (await tokens.ListAsync(userId, CancellationToken.None))[0].LastUsedUtc);
    }

    [Fact]
    public async Task ValidateAsync_WithAnotherEnd_GivesNothing()
    {
        await using var studio = await StartAsync();
        var userId = await studio.AddUserAsync();
        var created = await CreateAsync(studio, userId);
        var tokens = studio.Get<AccessTokens>();

        Assert.Null(await tokens.ValidateAsync(created.Secret[..^1] + (created.Secret[^1] == '0' ? '1' : '0'), CancellationToken.None));
        Assert.Null(await tokens.ValidateAsync(created.Info.Prefix, CancellationToken.None));
        Assert.Null(await tokens.ValidateAsync("", CancellationToken.None));
    }

    [Fact]
    public async Task ValidateAsync_AfterRevoking_GivesNothing()
    {
        await using var studio = await StartAsync();
        var userId = await studio.AddUserAsync();
        var created = await CreateAsync(studio, userId);

        await studio.Get<AccessTokens>().RevokeAsync(userId, created.Info.Id, CancellationToken.None);

        Assert.Null(await studio.Get<AccessTokens>().ValidateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task RevokeAsync_SomebodyElsesToken_IsNotFound()
    {
        await using var studio = await StartAsync();
        var userId = await studio.AddUserAsync();
        var created = await CreateAsync(studio, userId);
        var other = await studio.AddUserAsync();

        await Assert.ThrowsAsync<NotFoundException>(
            () => studio.Get<AccessTokens>().RevokeAsync(other, created.Info.Id, CancellationToken.None));
    }

    [Fact]
    public async Task ValidateAsync_AfterTheEnd_GivesNothing()
    {
        await using var studio = await StartAsync();
        var created = await CreateAsync(studio, await studio.AddUserAsync(), TimeSpan.FromDays(1));

        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Null(await studio.Get<AccessTokens>().ValidateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task ValidateAsync_OfADisabledPerson_GivesNothing()
    {
        await using var studio = await StartAsync();
        var adminId = await studio.AddUserAsync();
        var userId = await studio.AddUserAsync(StudioRole.Annotator);
        var created = await CreateAsync(studio, userId);

        await studio.Get<PeopleDirectory>().SetDisabledAsync(adminId, userId, isDisabled: true, CancellationToken.None);

        Assert.Null(await studio.Get<AccessTokens>().ValidateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task CreateAsync_ForAWorkerByAnAnnotator_IsDenied()
    {
        await using var studio = await StartAsync();
        var userId = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => studio.Get<AccessTokens>().CreateAsync(
            userId, new NewAccessToken("trainer", AccessScopes.Worker), CancellationToken.None));
    }

    [Fact]
    public async Task CreateAsync_KeepsNoSecret()
    {
        await using var studio = await StartAsync();
        var created = await CreateAsync(studio, await studio.AddUserAsync());

        await using var db = studio.OpenDatabase();
        var row = await db.AccessTokens.SingleAsync();
        Assert.DoesNotContain(created.Secret[16..], row.Hash + row.Prefix + row.Name, StringComparison.Ordinal);
    }

    private static Task<CreatedAccessToken> CreateAsync(TemporaryStudio studio, Guid userId, TimeSpan? validFor = null) =>
        studio.Get<AccessTokens>().CreateAsync(userId, new NewAccessToken("script", AccessScopes.Predict, validFor), CancellationToken.None);

    private Task<TemporaryStudio> StartAsync() =>
        TemporaryStudio.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));
}
