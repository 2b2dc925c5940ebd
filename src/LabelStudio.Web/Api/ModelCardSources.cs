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
    [property: FromServices] DatasetVersions Datasets,
    [property: FromServices] ClassOrigins ClassOrigins,
    [property: FromServices] EvaluationSlices Slices)
{
    private const int MostSlices = 10;

    // By everything but who labelled: cards leave the house with the model.
    private static readonly SliceKind[] SliceKinds = [SliceKind.ImportBatch, SliceKind.Size, SliceKind.Shape, SliceKind.Format, SliceKind.ClassAge];

    public async Task<ModelCard> CardAsync(Guid userId, ModelSummary model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var numbers = (await Models.ListAsync(userId, model.ProjectId, cancellationToken)).ToDictionary(item => item.Id, item => item.Number);
        var card = ModelCard.Of(
            await Projects.GetAsync(userId, model.ProjectId, cancellationToken),
            model,
            await Queue.GetAsync(userId, model.RunId, cancellationToken),
            await Reports.GetAsync(userId, model.Id, cancellationToken),
            await Reports.ForgettingAsync(userId, model.Id, numbers, cancellationToken),
            (await Thresholds.GetAsync(userId, model.Id, cancellationToken)).Thresholds,
            await Origins.OfAsync(userId, model.Id, cancellationToken),
            DatasetSnapshots.CountsOf(await Datasets.ReadAsync(userId, model.ProjectId, model.DatasetSnapshotId, cancellationToken)));
        var since = await ClassOrigins.OfAsync(userId, model.Id, cancellationToken);
        return card with
        {
            Environment = Monitor.Snapshot(model.RunId).Started?.Environment,
            Classes = [.. card.Classes.Select(item => item with { SinceModel = since.GetValueOrDefault(item.Id) })],
            WeakSlices = await WeakSlicesAsync(userId, model.Id, card.Accuracy, cancellationToken),
        };
    }

    private async Task<IReadOnlyList<ModelCardSlice>> WeakSlicesAsync(Guid userId, Guid modelId, double? overall, CancellationToken cancellationToken)
    {
        List<ModelCardSlice> weak = [];
        foreach (var kind in overall is null ? [] : SliceKinds)
        {
            var slices = await Slices.OfAsync(userId, modelId, kind, cancellationToken);
            weak.AddRange(slices.Where(slice => !slice.IsTooSmall && slice.High < overall)
                .Select(slice => new ModelCardSlice(kind, slice.Name, slice.Count, slice.Accuracy, slice.Low, slice.High)));
        }

        return [.. weak.OrderBy(slice => slice.Accuracy).Take(MostSlices)];
    }
}
