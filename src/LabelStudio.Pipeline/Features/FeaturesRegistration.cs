using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LabelStudio.Pipeline.Features;

public static class FeaturesRegistration
{
    public static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        services.TryAddSingleton<EmbedderFactory>(provider => (source, threads) => Open(source, provider.GetRequiredService<StudioPaths>(), threads));
        return services
            .AddSingleton<EmbeddingStores>()
            .AddSingleton<FeatureExtractors>()
            .AddSingleton<SimilarImages>()
            .AddSingleton<FeatureWorker>()
            .AddHostedService(provider => provider.GetRequiredService<FeatureWorker>());
    }

    private static IEmbedder Open(BackboneSource source, StudioPaths paths, int threads)
    {
        if (source.ExtractorId is { } extractorId)
        {
            return ExtractorEmbedder.Open(Path.Combine(paths.Extractors, extractorId.ToString("D")), threads);
        }
        if (source.ModelId is not { } modelId)
        {
            var pretrained = BackboneDescriptor.EfficientNetLite0;
            return OnnxEmbedder.Open(pretrained, StudioPaths.PretrainedWeights, paths.Embeddings, pretrained.DefaultSidePx, threads);
        }
        var folder = Path.Combine(paths.Models, modelId.ToString("D"));
        var manifest = ModelFolder.Read(folder);
        return ExtractorFolder.IsIn(folder)
            ? ExtractorEmbedder.Open(folder, threads)
            : OnnxEmbedder.Open(
                BackboneDescriptor.EfficientNetLite0, Path.Combine(folder, ModelFolder.WeightsFile), paths.Embeddings, manifest.SidePx, threads);
    }
}
