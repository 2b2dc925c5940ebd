using LabelStudio.Pipeline.Intake;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Labelling;

public static class LabellingRegistration
{
    public static IServiceCollection AddLabelling(this IServiceCollection services) => services
        .AddSingleton<ClassCatalog>()
        .AddSingleton<ImportedLabels>()
        .AddSingleton<ImportLabelling>(provider => provider.GetRequiredService<ImportedLabels>().ApplyAsync)
        .AddSingleton<LabellingPriorities>()
        .AddSingleton<LabellingQueue>()
        .AddSingleton<RecheckQueue>()
        .AddSingleton<AnnotationWriter>()
        .AddSingleton<ActionReverter>()
        .AddSingleton<ImageLabeller>()
        .AddSingleton<ForeignLabels>()
        .AddSingleton<TrashRestore>()
        .AddSingleton<BulkJobRows>()
        .AddSingleton<BulkJobs>()
        .AddHostedService(provider => provider.GetRequiredService<BulkJobs>())
        .AddSingleton<LabelTables>()
        .AddSingleton<SavedViews>()
        .AddSingleton<QualityPlans>()
        .AddSingleton<KnownImages>()
        .AddSingleton<UserKeymaps>()
        .AddSingleton<ClassExamples>()
        .AddSingleton<SuggestionRates>()
        .AddSingleton<SampleProject>()
        .AddSingleton<ImageHistory>();
}
