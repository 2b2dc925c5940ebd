using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a trainer may fetch for the run it holds, and nothing else.</summary>
public sealed class RunSupply(
    IDbContextFactory<StudioDbContext> contexts, RunDispatch dispatch, DatasetSnapshots snapshots, EmbeddingStores stores, BlobStore blobs, StudioPaths paths)
{
    /// <exception cref="ConflictException">The run is not this trainer's.</exception>
    public async Task<DatasetManifest> DatasetAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        var assignment = await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        return await snapshots.ReadAsync(assignment.DatasetSnapshotId, cancellationToken);
    }

    /// <summary>The stored embeddings of some of the run's images, each with its image's id.</summary>
    public async Task<IReadOnlyList<(long ImageId, ReadOnlyMemory<float> Embedding)>> EmbeddingsAsync(
        Guid runId, string worker, EmbeddingKey key, IReadOnlySet<long> imageIds, CancellationToken cancellationToken)
    {
        var dataset = await DatasetAsync(runId, worker, cancellationToken);
        var found = new List<(long, ReadOnlyMemory<float>)>();
        if (stores.Find(key) is { } store)
        {
            foreach (var entry in dataset.Entries.Where(entry => imageIds.Contains(entry.ImageId)))
            {
                if (store.TryGet(entry.Sha256, out var embedding))
                {
                    found.Add((entry.ImageId, embedding));
                }
            }
        }
        return found;
    }

    /// <summary>Path of an original.</summary>
    public async Task<string> ImageAsync(Guid runId, string worker, long imageId, CancellationToken cancellationToken)
    {
        var dataset = await DatasetAsync(runId, worker, cancellationToken);
        var entry = dataset.Entries.FirstOrDefault(item => item.ImageId == imageId)
            ?? throw new NotFoundException($"Image {imageId} does not belong to this training run.");
        var path = blobs.PathOf(entry.Sha256, entry.Extension);
        return File.Exists(path) ? path : throw new NotFoundException($"The file of image {imageId} is not there any more.");
    }

    /// <summary>Folder of the model the run starts from.</summary>
    public async Task<string> ParentAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        var assignment = await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        return assignment.ParentModelId is { } parentId
            ? paths.ModelFolder(parentId)
            : throw new NotFoundException("This training run starts from the pretrained weights, not from a model.");
    }

    /// <summary>Folder of the model that is promoted now: a run from the pretrained weights is compared with it.</summary>
    public async Task<string> PromotedAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        var assignment = await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var promotedId = await db.Projects.Where(project => project.Id == assignment.ProjectId).Select(project => project.ProductionModelId).SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("No model is promoted in this project yet.");
        return paths.ModelFolder(promotedId);
    }

    /// <summary>Folder of the user's own feature extractor that the run starts from.</summary>
    public async Task<string> ExtractorAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        var assignment = await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        return assignment.ExtractorId is { } extractorId && paths.ExtractorFolder(extractorId) is var folder && Directory.Exists(folder)
            ? folder
            : throw new NotFoundException("The feature extractor of this training run is not there any more. Launch a run with another one.");
    }
}
