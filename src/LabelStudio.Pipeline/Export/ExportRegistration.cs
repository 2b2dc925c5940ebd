using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Export;

public static class ExportRegistration
{
    public static IServiceCollection AddExport(this IServiceCollection services) => services
        .AddSingleton<DatasetExports>()
        .AddSingleton<HistoryExports>()
        .AddSingleton<SnapshotExports>();
}
