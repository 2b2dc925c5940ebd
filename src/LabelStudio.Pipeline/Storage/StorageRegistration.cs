using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LabelStudio.Pipeline.Storage;

public static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StudioOptions>().Bind(configuration.GetSection(StudioOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StudioPaths>(provider =>
            new StudioPaths(provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<StudioOptions>>()));
        services.AddPooledDbContextFactory<SqliteStudioDbContext>((provider, options) =>
            options.UseSqlite($"Data Source={provider.GetRequiredService<StudioPaths>().Database}"));
        services.AddSingleton<IDbContextFactory<StudioDbContext>, SqliteStudioDbContextFactory>();
        services.AddScoped<StudioDbContext>(provider =>
            provider.GetRequiredService<IDbContextFactory<StudioDbContext>>().CreateDbContext());
        services.AddSingleton<StudioWriter>();
        services.AddSingleton<ChangeSignals>();
        services.AddSingleton<BlobStore>();
        services.AddSingleton<DatabaseStartup>();
        return services;
    }
}
