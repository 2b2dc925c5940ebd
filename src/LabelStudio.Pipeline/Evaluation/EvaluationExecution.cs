using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Asks a model, and the one it is held against, about the test images of a dataset version.</summary>
public sealed class EvaluationExecution(
    IDbContextFactory<StudioDbContext> contexts, DatasetSnapshots snapshots, EmbeddingStores stores, BlobStore blobs, StudioPaths paths)
{
    /// <param name="order">What to evaluate.</param>
    /// <param name="onProgress">Told how many images were asked about, and of how many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TestOutcome> ExecuteAsync(NamedEvaluation order, Action<int, int> onProgress, CancellationToken cancellationToken)
    {
        var dataset = await snapshots.ReadAsync(order.DatasetSnapshotId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var retired = await RetiredClasses.ListAsync(db, order.ProjectId, cancellationToken);
        var parentId = await db.TrainingRuns.Where(run => run.ModelVersionId == order.ModelVersionId).Select(run => run.ParentModelId).FirstOrDefaultAsync(cancellationToken);
        using var model = AskedModel.Open(paths.ModelFolder(order.ModelVersionId), stores, blobs);
        using var other = order.ComparedModelId is { } otherId ? AskedModel.Open(paths.ModelFolder(otherId), stores, blobs) : null;
        var images = HonestTestImages.Choose(dataset, new TargetClasses(model.Manifest.Classes, retired), await LearntAsync(db, order, cancellationToken));

        var (done, total) = (0, images.Entries.Count * (other is null ? 1 : 2));
        // Whoever labels meanwhile goes first.
        var (answers, before) = await LowPriority.RunAsync("evaluation", () => (
            model.Ask(images.Entries, Advance, cancellationToken), other?.Ask(images.Entries, Advance, cancellationToken)));
        var read = images.Entries.Where(entry => answers.ContainsKey(entry.ImageId) && before?.ContainsKey(entry.ImageId) != false).ToList();
        var test = new TestAnswers(
            [.. read.Select(entry => entry.ImageId)],
            [.. read.Select(images.TargetOf)],
            [.. read.SelectMany(entry => answers[entry.ImageId])],
            other is null ? null : new AnswersBefore(
                other.Manifest.ModelId,
                other.Manifest.ClassIndices.ClassIds,
                [.. read.SelectMany(entry => before![entry.ImageId])])
            {
                Members = AnswersBefore.MembersIn(other.Manifest),
            });
        var outcome = TestEvaluation.Evaluate(
            new EvaluatedModel
            {
                ModelVersionId = order.ModelVersionId,
                ProjectId = order.ProjectId,
                RunId = model.Manifest.RunId,
                DatasetSnapshotId = order.DatasetSnapshotId,
                ParentModelId = parentId,
                Classes = model.Manifest.Classes,
                Temperature = model.Manifest.Temperature,
                HeadNorms = model.Head.RowNorms(),
                Retired = retired,
            },
            test);
        return outcome with { Report = outcome.Report with { LeftOut = images.LeftOut(unreadable: images.Entries.Count - read.Count) } };

        void Advance(int answered) => onProgress(done += answered, total);
    }

    /// <summary>Content of all images that the two models, or those they grew from, were trained or chosen on: a split may have been changed since.</summary>
    private async Task<HashSet<string>> LearntAsync(StudioDbContext db, NamedEvaluation order, CancellationToken cancellationToken)
    {
        var runs = await db.TrainingRuns.AsNoTracking().Where(run => run.ProjectId == order.ProjectId && run.State == RunState.Succeeded)
            .Select(run => new { run.Id, run.ParentModelId, run.DatasetSnapshotId }).ToDictionaryAsync(run => run.Id, cancellationToken);
        var versions = new HashSet<Guid>();
        foreach (var modelId in new[] { order.ModelVersionId, order.ComparedModelId }.OfType<Guid>())
        {
            // A run's id is its model's.
            for (var run = runs.GetValueOrDefault(modelId); run is not null; run = run.ParentModelId is { } parentId ? runs.GetValueOrDefault(parentId) : null)
            {
                versions.Add(run.DatasetSnapshotId);
            }
        }
        var learnt = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            var frozen = await snapshots.ReadAsync(version, cancellationToken);
            learnt.UnionWith(frozen.Entries.Where(entry => entry.Split != Split.Test).Select(entry => entry.Sha256));
        }
        return learnt;
    }
}
