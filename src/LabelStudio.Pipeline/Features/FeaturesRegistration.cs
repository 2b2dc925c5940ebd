using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LabelStudio.Pipeline.Features;

public static class FeaturesRegistration
{
    public static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        services.TryAddSingleton<EmbedderFactory>(provider => threads => OpenPretrained(provider.GetRequiredService<StudioPaths>(), threads));
        return services
            .AddSingleton<EmbeddingStores>()
            .AddSingleton<FeatureWorker>()
            .AddHostedService(provider => provider.GetRequiredService<FeatureWorker>());
    }

    private static OnnxEmbedder OpenPretrained(StudioPaths paths, int threads)
    {
        var backbone = BackboneDescriptor.EfficientNetLite0;
        return OnnxEmbedder.Open(backbone, StudioPaths.PretrainedWeights, paths.Embeddings, backbone.DefaultSidePx, threads);
    }
}
