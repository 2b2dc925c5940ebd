using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Promotion;

public static class PromotionRegistration
{
    public static IServiceCollection AddPromotion(this IServiceCollection services) => services;
}
