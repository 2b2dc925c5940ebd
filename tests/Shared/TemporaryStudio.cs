using LabelStudio.Pipeline;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabelStudio.Tests;

/// <summary>The pipeline's services on a real SQLite file in a folder that goes away with the test.</summary>
internal sealed class TemporaryStudio : IAsyncDisposable
{
    private static readonly Lazy<Task<byte[]>> MigratedDatabase = new(MakeDatabaseAsync);

    private readonly Action<IServiceCollection>? _configure;
    private ServiceProvider _services;

    private TemporaryStudio(string root, Action<IServiceCollection>? configure)
    {
        Root = root;
        _configure = configure;
        _services = Build();
    }

    public string Root { get; }

    public IServiceProvider Services => _services;

    /// <param name="configure">Registers further stages, or replaces a service (the clock, say).</param>
    public static async Task<TemporaryStudio> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var studio = NewEmpty(configure);
        await File.WriteAllBytesAsync(studio.Get<StudioPaths>().Database, await MigratedDatabase.Value);
        await studio.Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);
        return studio;
    }

    /// <summary>Without a database yet.</summary>
    public static TemporaryStudio NewEmpty(Action<IServiceCollection>? configure = null) =>
        new(Directory.CreateTempSubdirectory("studio-test-").FullName, configure);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Ends all services and starts new ones on the same folder.</summary>
    public async Task RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Build();
        await Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);
    }

    public StudioDbContext OpenDatabase() => Get<IDbContextFactory<StudioDbContext>>().CreateDbContext();

    public async Task<Guid> AddUserAsync(StudioRole role = StudioRole.Administrator, string? name = null)
    {
        var id = Guid.CreateVersion7();
        name ??= $"{role} {id:N}";
        await Get<StudioWriter>().WriteAsync(
            (db, _) => Task.FromResult(db.Users.Add(new StudioUser
            {
                Id = id,
                UserName = $"{id:N}@example.org",
                NormalizedUserName = $"{id:N}@EXAMPLE.ORG",
                Email = $"{id:N}@example.org",
                NormalizedEmail = $"{id:N}@EXAMPLE.ORG",
                SecurityStamp = id.ToString("N"),
                DisplayName = name,
                Role = role,
                CreatedUtc = Get<TimeProvider>().GetUtcNow().UtcDateTime,
            })),
            CancellationToken.None);
        return id;
    }

    public Task<Guid> AddProjectAsync(Guid userId, string name = "Animals") =>
        Get<ProjectCatalog>().CreateAsync(userId, new NewProject(name), CancellationToken.None);

    /// <summary>Rows of images without files: for everything that does not look at pixels.</summary>
    public async Task<long[]> AddImageRowsAsync(Guid userId, Guid projectId, int count, int seed = 1)
    {
        var batchId = await Get<ImageIntake>().StartBatchAsync(userId, projectId, "rows", CancellationToken.None);
        var images = Enumerable.Range(0, count).Select(index => TestImages.Record(projectId, batchId, userId, seed * 1_000_000 + index)).ToArray();
        await Get<StudioWriter>().WriteAsync(
            (db, token) => db.Images.AddRangeAsync(images, token), CancellationToken.None);
        return [.. images.Select(image => image.Id)];
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Root, recursive: true);
    }

    private ServiceProvider Build()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Studio:DataPath", Root)])
            .Build();
        var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddStorage(configuration)
            .AddProjects()
            .AddIntake()
            .AddLabelling()
            .AddDatasets()
            .AddExport();
        _configure?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private static async Task<byte[]> MakeDatabaseAsync()
    {
        await using var empty = NewEmpty();
        await empty.Get<DatabaseStartup>().MigrateAsync(CancellationToken.None);
        var copy = Path.Combine(empty.Root, "copy.db");
        await using var db = empty.OpenDatabase();
        await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}");
        return await File.ReadAllBytesAsync(copy);
    }
}
