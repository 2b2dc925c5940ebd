using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Serving;

public static class ServingRegistration
{
    public static IServiceCollection AddServing(this IServiceCollection services) => services
        .AddSingleton<LiveHeads>()
        .AddHostedService(provider => provider.GetRequiredService<LiveHeads>())
        .AddSingleton<PromotedHeads>()
        .AddSingleton<SuggestionService>()
        .AddSingleton<ImageScores>()
        .AddSingleton<ActiveModels>()
        .AddSingleton<PredictionService>()
        .AddSingleton<Explanations>()
        .AddHostedService<ModelWarmUp>();
}
