using LabelStudio.Learning.Native;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LabelStudio.Pipeline.Features;

public static class FeaturesRegistration
{
    public static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        services.TryAddSingleton<EmbedderFactory>(_ => _ => throw new NativeLibraryException("The embedding network is not there yet."));
        return services
            .AddSingleton<EmbeddingStores>()
            .AddSingleton<FeatureWorker>()
            .AddHostedService(provider => provider.GetRequiredService<FeatureWorker>());
    }
}
