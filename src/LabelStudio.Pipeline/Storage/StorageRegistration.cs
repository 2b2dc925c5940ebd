using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Storage;

public static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StudioOptions>().Bind(configuration.GetSection(StudioOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(StudioPaths.ShippedBackbones);
        services.AddSingleton(provider => new StudioPaths(provider.GetRequiredService<IOptions<StudioOptions>>()));
        services.AddPooledDbContextFactory<SqliteStudioDbContext>((provider, options) =>
            UseSqlite(options, provider.GetRequiredService<StudioPaths>().Database));
        services.AddSingleton<IDbContextFactory<StudioDbContext>, SqliteStudioDbContextFactory>();
        services.AddScoped<StudioDbContext>(provider =>
            provider.GetRequiredService<IDbContextFactory<StudioDbContext>>().CreateDbContext());
        services.AddSingleton<StudioWriter>();
        services.AddSingleton<ChangeSignals>();
        services.AddSingleton<BlobStore>();
        services.AddSingleton<DataFolderLock>();
        services.AddSingleton<DatabaseStartup>();
        return services;
    }

    private static void UseSqlite(DbContextOptionsBuilder options, string database) => options
        .UseSqlite(
            new SqliteConnectionStringBuilder { DataSource = database, DefaultTimeout = 30, ForeignKeys = true }.ToString(),
            sqlite => sqlite.MigrationsHistoryTable("__EFMigrationsHistory"))
        .AddInterceptors(new SqlitePragmas());
}
