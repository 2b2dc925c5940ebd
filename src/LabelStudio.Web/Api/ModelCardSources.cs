using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>Where the facts of a model card stand.</summary>
public sealed record ModelCardSources(
    [property: FromServices] ProjectCatalog Projects,
    [property: FromServices] ModelRegistry Models,
    [property: FromServices] TrainingQueue Queue,
    [property: FromServices] EvaluationReports Reports,
    [property: FromServices] ModelThresholds Thresholds)
{
    public async Task<ModelCard> CardAsync(Guid userId, ModelSummary model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelCard.Of(
            await Projects.GetAsync(userId, model.ProjectId, cancellationToken),
            model,
            await Queue.GetAsync(userId, model.RunId, cancellationToken),
            await Reports.GetAsync(userId, model.Id, cancellationToken),
            (await Thresholds.GetAsync(userId, model.Id, cancellationToken)).Thresholds);
    }
}
