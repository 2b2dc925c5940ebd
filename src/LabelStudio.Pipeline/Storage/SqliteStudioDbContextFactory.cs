using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Storage;

/// <summary>Hands SQLite contexts to services that only know <see cref="StudioDbContext"/>.</summary>
internal sealed class SqliteStudioDbContextFactory(IDbContextFactory<SqliteStudioDbContext> contexts)
    : IDbContextFactory<StudioDbContext>
{
    public StudioDbContext CreateDbContext() => contexts.CreateDbContext();

    public async Task<StudioDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
        await contexts.CreateDbContextAsync(cancellationToken);
}
