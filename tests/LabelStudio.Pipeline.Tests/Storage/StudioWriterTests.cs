using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Storage;

public sealed class StudioWriterTests
{
    [Fact]
    public async Task WriteAsync_WhenTheTaskCompletes_AnotherConnectionSeesTheRow()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();

        var projectId = await AddProjectAsync(studio, userId, "one");

        await using var db = studio.OpenDatabase();
        Assert.Equal("one", (await db.Projects.SingleAsync(project => project.Id == projectId)).Name);
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnce_ShareTransactions()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var gate = new TaskCompletionSource();
        var transactions = new HashSet<Guid>();

        var first = studio.Get<StudioWriter>().WriteAsync((_, _) => gate.Task, CancellationToken.None);
        var others = Enumerable.Range(0, 40).Select(index => studio.Get<StudioWriter>().WriteAsync(
            (db, _) =>
            {
                transactions.Add(db.Database.CurrentTransaction!.TransactionId);
                db.Projects.Add(NewProject(userId, $"p{index}"));
                return Task.CompletedTask;
            },
            CancellationToken.None)).ToList();
        gate.SetResult();
        await first;
        await Task.WhenAll(others);

        Assert.Single(transactions);
        await using var db = studio.OpenDatabase();
        Assert.Equal(40, await db.Projects.CountAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenOneWorkOfAGroupFails_OnlyThatOneIsLost()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var gate = new TaskCompletionSource();
        var first = studio.Get<StudioWriter>().WriteAsync((_, _) => gate.Task, CancellationToken.None);

        var before = AddProjectAsync(studio, userId, "before");
        var failing = studio.Get<StudioWriter>().WriteAsync(
            async (db, token) =>
            {
                db.Projects.Add(NewProject(userId, "half done"));
                await db.SaveChangesAsync(token);
                throw new InvalidRequestException("no");
            },
            CancellationToken.None);
        var breaksARule = AddProjectAsync(studio, Guid.NewGuid(), "of nobody");
        var after = AddProjectAsync(studio, userId, "after");
        gate.SetResult();
        await first;

        await before;
        await Assert.ThrowsAsync<InvalidRequestException>(() => failing);
        await Assert.ThrowsAsync<DbUpdateException>(() => breaksARule);
        await after;
        await using var db = studio.OpenDatabase();
        Assert.Equal(["after", "before"], await db.Projects.Select(project => project.Name).Order().ToListAsync());
    }

    [Fact]
    public async Task WriteAsync_WhenCancelledWhileWaiting_IsNotRun()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var gate = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        var first = studio.Get<StudioWriter>().WriteAsync((_, _) => gate.Task, CancellationToken.None);
        var ran = false;
        var cancelled = studio.Get<StudioWriter>().WriteAsync((_, _) => Task.FromResult(ran = true), cancel.Token);

        await cancel.CancelAsync();
        gate.SetResult();
        await first;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(ran);
        await AddProjectAsync(studio, userId, "still works");
    }

    [Fact]
    public async Task WriteAsync_FromInsideAWork_FailsInsteadOfWaitingForEver()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var writer = studio.Get<StudioWriter>();

        var nested = writer.WriteAsync(
            (_, token) => writer.WriteAsync((_, _) => Task.CompletedTask, token), CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => nested);
    }

    [Fact]
    public async Task DisposeAsync_CommitsWhatWasQueued()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();

        var writes = Enumerable.Range(0, 100).Select(index => AddProjectAsync(studio, userId, $"p{index}")).ToList();
        await studio.RestartAsync();
        await Task.WhenAll(writes);

        await using var db = studio.OpenDatabase();
        Assert.Equal(100, await db.Projects.CountAsync());
    }

    [Fact]
    public async Task WriteAsync_FlushesEachCommitToTheDisk()
    {
        await using var studio = await TemporaryStudio.StartAsync();

        var synchronous = await studio.Get<StudioWriter>().WriteAsync(
            async (db, token) => (await db.Database.SqlQuery<int>($"PRAGMA synchronous").ToListAsync(token))[0],
            CancellationToken.None);

        const int full = 2;
        Assert.Equal(full, synchronous);
    }

    [Fact]
    public async Task WriteAsync_WhileOthersReadAndIdentityWrites_MeetsNoLock()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await using var db = studio.OpenDatabase();
                await db.Projects.AsNoTracking().ToListAsync();
            }
        })).ToList();
        var identity = Task.Run(async () =>
        {
            for (var index = 0; index < 20; index++)
            {
                await using var db = studio.OpenDatabase();
                var user = await db.Users.SingleAsync(user => user.Id == userId);
                user.AccessFailedCount = index;
                await db.SaveChangesAsync();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 300).Select(index => AddProjectAsync(studio, userId, $"p{index}")));
        await identity;
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        await using var check = studio.OpenDatabase();
        Assert.Equal(300, await check.Projects.CountAsync());
    }

    private static async Task<Guid> AddProjectAsync(TemporaryStudio studio, Guid userId, string name)
    {
        var project = NewProject(userId, name);
        await studio.Get<StudioWriter>().WriteAsync((db, _) => Task.FromResult(db.Projects.Add(project)), CancellationToken.None);
        return project.Id;
    }

    private static Project NewProject(Guid userId, string name) =>
        new() { Id = Guid.CreateVersion7(), Name = name, CreatedUtc = DateTime.UnixEpoch, CreatedBy = userId };

    [Fact]
    public async Task WriteAsync_WhenTheProgramIsKilledRightAfter_TheRowIsThere()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        await AddProjectAsync(studio, userId, "saved");

        // What a killed program leaves: the files as they are, the log not merged into the database.
        await using var survivor = TemporaryStudio.NewEmpty();
        foreach (var file in Directory.EnumerateFiles(studio.Root, "studio.db*"))
        {
            File.Copy(file, Path.Combine(survivor.Root, Path.GetFileName(file)));
        }

        await survivor.Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);

        await using var db = survivor.OpenDatabase();
        Assert.Equal("saved", (await db.Projects.SingleAsync()).Name);
    }
}
