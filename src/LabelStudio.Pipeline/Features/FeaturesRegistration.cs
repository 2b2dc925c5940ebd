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
        services.TryAddSingleton<EmbedderFactory>(provider => source => Open(source, provider.GetRequiredService<StudioPaths>(), provider.GetRequiredService<BackboneRegistry>()));
        return services
            .AddSingleton<EmbeddingStores>()
            .AddSingleton<FeatureExtractors>()
            .AddSingleton<SimilarImages>()
            .AddSingleton<FeatureWorker>()
            .AddHostedService(provider => provider.GetRequiredService<FeatureWorker>());
    }

    private static IEmbedder Open(BackboneSource source, StudioPaths paths, BackboneRegistry backbones)
    {
        if (source.ExtractorId is { } extractorId)
        {
            return ExtractorEmbedder.Open(paths.ExtractorFolder(extractorId), threads: 1);
        }
        if (source.ModelId is not { } modelId)
        {
            var pretrained = backbones.Find(source.Backbone) ?? throw new ArgumentException(backbones.UnknownMessage(source.Backbone!), nameof(source));
            return OnnxEmbedder.Open(pretrained, backbones.WeightsPath(pretrained), paths.Embeddings, pretrained.DefaultSidePx, threads: 1);
        }
        var folder = paths.ModelFolder(modelId);
        var manifest = ModelFolder.Read(folder);
        return ExtractorFolder.IsIn(folder)
            ? ExtractorEmbedder.Open(folder, threads: 1)
            : OnnxEmbedder.Open(
                manifest.FindIn(backbones), Path.Combine(folder, ModelFolder.WeightsFile), paths.Embeddings, manifest.SidePx, threads: 1);
    }
}
