using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Composition;

public static class StagesRegistration
{
    /// <summary>The data's way, stage by stage.</summary>
    public static IServiceCollection AddStages(this IServiceCollection services, IConfiguration configuration) => services
        .AddStorage(configuration)
        .AddProjects()
        .AddIntake()
        .AddLabelling()
        .AddDatasets()
        .AddFeatures()
        .AddTraining()
        .AddEvaluation()
        .AddPromotion()
        .AddServing()
        .AddReview()
        .AddExport();
}
