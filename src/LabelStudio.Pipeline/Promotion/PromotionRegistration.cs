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
            .AddSingleton<ModelDeletion>()
            .AddSingleton<ModelBundles>()
            .AddSingleton<ModelImport>();
    }
}
