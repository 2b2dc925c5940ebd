using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Promotion;

public static class PromotionRegistration
{
    public static IServiceCollection AddPromotion(this IServiceCollection services)
    {
        services.AddOptions<PromotionOptions>();
        return services
            .AddSingleton<ProjectGateRules>()
            .AddSingleton<PromotionGate>()
            .AddSingleton<ModelRegistry>()
            .AddSingleton<ModelThresholds>()
            .AddSingleton<ModelAliases>()
            .AddSingleton<ModelHistory>()
            .AddSingleton<ModelOrigins>()
            .AddSingleton<ClassOrigins>()
            .AddSingleton<ModelDeletion>()
            .AddSingleton<ExtractorDeletion>()
            .AddSingleton<ModelBundles>()
            .AddSingleton<ModelImport>();
    }
}
