using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Labelling;

public static class LabellingRegistration
{
    public static IServiceCollection AddLabelling(this IServiceCollection services) => services
        .AddSingleton<ClassCatalog>()
        .AddSingleton<LabellingPriorities>()
        .AddSingleton<LabellingQueue>()
        .AddSingleton<ImageLabeller>()
        .AddSingleton<SampleProject>();
}
