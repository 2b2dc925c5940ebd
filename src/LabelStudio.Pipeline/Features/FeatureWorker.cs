using System.Collections.Concurrent;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Computes missing embeddings in the background, on two threads of low priority: one prepares pictures while the other
/// has the network compute the batch before. The store is the truth, so a restart goes on where it was.
/// </summary>
public sealed class FeatureWorker(
    IDbContextFactory<StudioDbContext> contexts,
    BlobStore blobs,
    EmbeddingStores stores,
    EmbedderFactory openEmbedder,
    StudioPaths paths,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<FeatureWorker> log) : BackgroundService
{
    private const int BatchSize = 16;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly AutoResetEvent _wake = new(initialState: true);
    private readonly FeatureSpeed _speed = new(clock);
    private volatile FeatureTargets? _targets;
    private volatile string? _problem;

    /// <summary>How far the embeddings of a project are.</summary>
    public FeatureProgress Progress(Guid projectId)
    {
        var targets = _targets?.Of(projectId);
        var (done, total, refused) = targets?.Wanted.Backlog.CountsOf(projectId) ?? (0, 0, 0);
        var imagesPerSecond = done + refused < total ? _speed.ImagesPerSecond : 0;
        double? secondsLeft = imagesPerSecond > 0 ? (total - done - refused) / imagesPerSecond : null;
        return new FeatureProgress(done, total, refused, imagesPerSecond, secondsLeft)
        {
            Problem = _problem ?? targets?.Problem,
            RebuildingFor = targets is { IsRebuilding: true } ? targets.WantedName ?? "the pretrained backbone" : null,
        };
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(Guid.Empty, ChangeTopic.Images | ChangeTopic.Project | ChangeTopic.Models, OnImagesChanged, TimeSpan.FromMilliseconds(200));
        while (!stoppingToken.IsCancellationRequested)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            LowPriority.Start("features", () => RunGuarded(ended, stoppingToken));
            await ended.Task;
            if (!stoppingToken.IsCancellationRequested)
            {
                await Task.Delay(RetryAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task OnImagesChanged()
    {
        _wake.Set();
        return Task.CompletedTask;
    }

    private void RunGuarded(TaskCompletionSource ended, CancellationToken stop)
    {
        try
        {
            Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The program stops.
        }
        catch (Exception error)
        {
            _problem = $"Embeddings cannot be computed: {error.Message} The next try is in {RetryAfter.TotalSeconds:0} seconds.";
            log.LogError(error, "The feature worker ended; it starts again in {RetryAfter}", RetryAfter);
        }
        finally
        {
            ended.SetResult();
        }
    }

    private void Run(CancellationToken stop)
    {
        using var targets = new FeatureTargets(contexts, stores, openEmbedder, paths, log);
        targets.Refresh();
        _targets = targets;
        _problem = null;
        signals.Publish(Guid.Empty, ChangeTopic.Embeddings);
        _wake.Set();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var decoded = new BlockingCollection<FeatureWork>(boundedCapacity: 2);
        var reader = LowPriority.Start("features-decode", () => ReadAhead(decoded, targets, both.Token));
        try
        {
            foreach (var work in decoded.GetConsumingEnumerable(stop))
            {
                Work(work, targets);
            }
        }
        finally
        {
            // The reader may sit in the full collection or wait for images: it must be gone before either is disposed.
            both.Cancel();
            reader.Join();
        }
        stop.ThrowIfCancellationRequested();
        throw new InvalidOperationException("The images to embed could not be read from the database.");
    }

    private void ReadAhead(BlockingCollection<FeatureWork> decoded, FeatureTargets targets, CancellationToken stop)
    {
        var decoders = Math.Max(1, Environment.ProcessorCount / 4);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (targets.Next(BatchSize) is var (next, images))
                {
                    decoded.Add(new(next, DecodedBatch.Read(images, blobs, next.Store, decoders, log)), stop);
                }
                else
                {
                    WaitHandle.WaitAny([_wake, stop.WaitHandle]);
                    _wake.Set();
                }
                if (!stop.IsCancellationRequested && _wake.WaitOne(0))
                {
                    var (unused, changed) = targets.Refresh();
                    foreach (var target in unused)
                    {
                        // In its turn: batches of it may still wait.
                        decoded.Add(new(target, Batch: null), stop);
                    }
                    Tell(changed);
                    TakeOver(targets);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The worker ends.
        }
        catch (Exception error)
        {
            log.LogError(error, "The images to embed could not be read");
        }
        finally
        {
            decoded.CompleteAdding();
        }
    }

    private void Work(FeatureWork work, FeatureTargets targets)
    {
        if (work.Batch is { } batch)
        {
            Embed(batch, work.Target);
            TakeOver(targets);
        }
        else
        {
            targets.Close(work.Target);
        }
    }

    private void TakeOver(FeatureTargets targets)
    {
        var served = targets.TakeOver();
        Tell(served);
        if (served.Count > 0)
        {
            // What served before may be closed now.
            _wake.Set();
        }
    }

    private void Tell(IEnumerable<Guid> projectIds)
    {
        foreach (var projectId in projectIds)
        {
            signals.Publish(projectId, ChangeTopic.Embeddings);
        }
    }

    private void Embed(DecodedBatch batch, FeatureTarget target)
    {
        var (embedder, store) = (target.Embedder, target.Store);
        if (batch.Images.Count > 0)
        {
            var embeddings = new float[batch.Images.Count * embedder.EmbeddingSize];
            embedder.Embed(batch.Pixels, batch.Images.Count, embeddings);
            for (var index = 0; index < batch.Images.Count; index++)
            {
                Keep(batch.Images[index], embeddings.AsSpan(index * embedder.EmbeddingSize, embedder.EmbeddingSize), store);
            }
            store.Flush();
        }
        _speed.Add(batch.Images.Count);
        target.Backlog.Finish(batch.All);
        Tell(batch.All.Select(image => image.ProjectId).Distinct());
    }

    private static void Keep(PendingImage image, ReadOnlySpan<float> embedding, EmbeddingStore store)
    {
        if (System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(embedding))
        {
            store.Append(image.Sha256, embedding);
        }
        else
        {
            store.Refuse(image.Sha256, "The network gave numbers that are not finite.");
        }
    }

    /// <param name="Target">The backbone.</param>
    /// <param name="Batch">What it shall embed; null: it is needed no more.</param>
    private sealed record FeatureWork(FeatureTarget Target, DecodedBatch? Batch);
}
