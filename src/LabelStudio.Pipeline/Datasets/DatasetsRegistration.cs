using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Datasets;

public static class DatasetsRegistration
{
    public static IServiceCollection AddDatasets(this IServiceCollection services) => services
        .AddSingleton<DatasetSnapshots>()
        .AddSingleton<DatasetVersions>();
}
