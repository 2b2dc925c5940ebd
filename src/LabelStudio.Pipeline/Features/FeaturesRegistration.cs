using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Features;

public static class FeaturesRegistration
{
    public static IServiceCollection AddFeatures(this IServiceCollection services) => services
        .AddSingleton<EmbeddingStores>()
        .AddSingleton<FeatureWorker>()
        .AddHostedService(provider => provider.GetRequiredService<FeatureWorker>());
}
