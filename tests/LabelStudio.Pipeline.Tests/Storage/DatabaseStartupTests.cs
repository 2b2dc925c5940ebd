using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace LabelStudio.Pipeline.Tests.Storage;

public sealed class DatabaseStartupTests
{
    [Fact]
    public async Task MigrateAsync_OnAFreshFolder_MakesTheWholeSchema()
    {
        await using var studio = TemporaryStudio.NewEmpty();

        await studio.Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);

        await using var db = studio.OpenDatabase();
        Assert.Equal(0, await db.Images.CountAsync());
        Assert.Equal("wal", (await db.Database.SqlQuery<string>($"PRAGMA journal_mode").ToListAsync())[0]);
    }

    [Fact]
    public async Task Migrations_HoldTheWholeModel()
    {
        await using var studio = TemporaryStudio.NewEmpty();
        await using var db = studio.OpenDatabase();

        Assert.False(db.Database.HasPendingModelChanges(), "The model has changed: make a migration.");
    }

    [Fact]
    public async Task Migrations_RebuildNoTableOutsideTheirTransaction()
    {
        await using var studio = TemporaryStudio.NewEmpty();
        await using var db = studio.OpenDatabase();

        var script = db.GetService<IMigrator>().GenerateScript();

        // What EF writes around a rebuilt table: a kill in between would leave it half done.
        Assert.DoesNotContain("PRAGMA foreign_keys = 0", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MigrateAsync_OnTheSchemaBefore_KeepsTheHiddenChecks()
    {
        await using var studio = TemporaryStudio.NewEmpty();
        await using (var db = studio.OpenDatabase())
        {
            await db.GetService<IMigrator>().MigrateAsync("RunNotesAndExtractors");
            await db.Database.OpenConnectionAsync();
            await db.Database.ExecuteSqlAsync($"PRAGMA foreign_keys = 0");
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO \"KnownImages\" (\"ImageId\", \"ProjectId\", \"ClassId\", \"AddedBy\", \"AddedUtc\") VALUES (7, {Guid.NewGuid()}, {Guid.NewGuid()}, {Guid.NewGuid()}, '2026-01-01')");
        }

        await studio.Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);

        await using var check = studio.OpenDatabase();
        Assert.Equal([7], await check.Set<KnownImage>().Select(known => known.ImageId).ToListAsync());
    }

    [Fact]
    public async Task MigrateAsync_WithALockLeftByAKilledMigration_GoesOn()
    {
        await using var studio = TemporaryStudio.NewEmpty();
        await using (var db = studio.OpenDatabase())
        {
            await db.Database.ExecuteSqlAsync(
                $"CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)");
            await db.Database.ExecuteSqlAsync($"INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')");
        }

        await studio.Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);

        await using var check = studio.OpenDatabase();
        Assert.Equal(0, await check.Projects.CountAsync());
    }

    [Fact]
    public async Task MigrateAsync_OnANewerSchema_RefusesAndSaysSo()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        await using (var db = studio.OpenDatabase())
        {
            await db.Database.ExecuteSqlAsync($"INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Future', '20.0.0')");
        }

        var error = await Assert.ThrowsAsync<StudioException>(studio.RestartAsync);

        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MigrateAsync_WhenAnotherProgramHasTheFolder_RefusesAndSaysSo()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        using var second = new DataFolderLock(studio.Get<StudioPaths>());

        var error = Assert.Throws<StudioException>(second.Take);

        Assert.Contains(studio.Root, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MigrateAsync_DeletesUploadsThatNeverArrivedAndDownloadsThatNeverLeft()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(studio.Get<StudioPaths>().Uploads, "half"), "x");
        await File.WriteAllTextAsync(Path.Combine(studio.Get<StudioPaths>().Exports, "half.tmp"), "x");

        await studio.RestartAsync();

        Assert.Empty(Directory.EnumerateFiles(studio.Get<StudioPaths>().Uploads));
        Assert.Empty(Directory.EnumerateFiles(studio.Get<StudioPaths>().Exports));
    }

    [Fact]
    public async Task ReadDates_AreUtc()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        await studio.AddProjectAsync(userId);

        await using var db = studio.OpenDatabase();
        Assert.Equal(DateTimeKind.Utc, (await db.Projects.SingleAsync()).CreatedUtc.Kind);
    }
}
