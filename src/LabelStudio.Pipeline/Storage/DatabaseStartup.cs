using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Storage;

/// <summary>Brings the database to this version's schema before anything else uses it.</summary>
public sealed class DatabaseStartup(
    IDbContextFactory<StudioDbContext> contexts,
    StudioPaths paths,
    DataFolderLock folderLock,
    TimeProvider clock,
    ILogger<DatabaseStartup> log)
{
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        folderLock.Take();
        DeleteLeftOvers();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await DemandWriteAheadLogAsync(db, cancellationToken);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        DemandKnown(applied, db);
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count == 0)
        {
            return;
        }

        if (applied.Count > 0)
        {
            await BackUpAsync(db, cancellationToken);
        }

        await ClearMigrationLockAsync(db, cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        log.LogInformation("Database {Database} brought to {Migration}", paths.Database, pending[^1]);
    }

    private async Task DemandWriteAheadLogAsync(StudioDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL;";
        var mode = await command.ExecuteScalarAsync(cancellationToken) as string;
        if (!string.Equals(mode, "wal", StringComparison.OrdinalIgnoreCase))
        {
            throw new StudioException(
                $"The database '{paths.Database}' cannot keep a write-ahead log (its mode stays '{mode}'). Put the data folder " +
                "on a local disk: network folders do not work.");
        }
    }

    private void DemandKnown(List<string> applied, StudioDbContext db)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } newer)
        {
            throw new StudioException(
                $"The database '{paths.Database}' was made by a newer version of the program (it knows '{newer}'). Start that " +
                $"version, or put a backup from '{paths.Backups}' back.");
        }
    }

    private async Task BackUpAsync(StudioDbContext db, CancellationToken cancellationToken)
    {
        var name = $"studio-{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.db";
        var target = Path.Combine(paths.Backups, name);
        await db.Database.ExecuteSqlAsync($"VACUUM INTO {target}", cancellationToken);
        log.LogInformation("Database backed up to {Target} before its schema is changed", target);
    }

    /// <summary>A killed migration leaves its lock behind. With the data folder locked nobody else can be migrating.</summary>
    private static async Task ClearMigrationLockAsync(StudioDbContext db, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "DROP TABLE IF EXISTS \"__EFMigrationsLock\";";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void DeleteLeftOvers()
    {
        foreach (var file in Directory.EnumerateFiles(paths.Uploads))
        {
            File.Delete(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(paths.Uploads))
        {
            Directory.Delete(folder, recursive: true);
        }

        // Downloads being made when the program was killed.
        foreach (var file in Directory.EnumerateFiles(paths.Exports, "*.tmp"))
        {
            File.Delete(file);
        }
    }
}
