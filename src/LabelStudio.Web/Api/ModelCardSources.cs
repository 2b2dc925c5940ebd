using LabelStudio.Pipeline.Datasets;
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
    [property: FromServices] TrainingMonitor Monitor,
    [property: FromServices] EvaluationReports Reports,
    [property: FromServices] ModelThresholds Thresholds,
    [property: FromServices] ModelOrigins Origins,
    [property: FromServices] DatasetVersions Datasets)
{
    public async Task<ModelCard> CardAsync(Guid userId, ModelSummary model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var numbers = (await Models.ListAsync(userId, model.ProjectId, cancellationToken)).ToDictionary(item => item.Id, item => item.Number);
        return ModelCard.Of(
            await Projects.GetAsync(userId, model.ProjectId, cancellationToken),
            model,
            await Queue.GetAsync(userId, model.RunId, cancellationToken),
            await Reports.GetAsync(userId, model.Id, cancellationToken),
            await Reports.ForgettingAsync(userId, model.Id, numbers, cancellationToken),
            (await Thresholds.GetAsync(userId, model.Id, cancellationToken)).Thresholds,
            await Origins.OfAsync(userId, model.Id, cancellationToken),
            DatasetSnapshots.CountsOf(await Datasets.ReadAsync(userId, model.ProjectId, model.DatasetSnapshotId, cancellationToken))) with
        {
            Environment = Monitor.Snapshot(model.RunId).Started?.Environment,
        };
    }
}
