using System.Collections.Concurrent;
using LabelStudio.Learning.Backbones;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Computes missing embeddings in the background, on one thread of low priority a core: each reads a few pictures and runs
/// the network on them alone, so that no thread ever waits for another. The store is the truth, so a restart goes on where
/// it was.
/// </summary>
public sealed class FeatureWorker(
    IDbContextFactory<StudioDbContext> contexts,
    BlobStore blobs,
    EmbeddingStores stores,
    EmbedderFactory openEmbedder,
    BackboneRegistry backbones,
    StudioPaths paths,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<FeatureWorker> log) : BackgroundService
{
    // Larger ones leave the cores' caches and are slower.
    private const int BatchSize = 4;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly AutoResetEvent _wake = new(initialState: true);
    private readonly SemaphoreSlim _decoding = new(Math.Max(1, Environment.ProcessorCount / 2));
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
        _decoding.Dispose();
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
        using var targets = new FeatureTargets(contexts, stores, openEmbedder, backbones, paths, log);
        targets.Refresh();
        _targets = targets;
        _problem = null;
        signals.Publish(Guid.Empty, ChangeTopic.Embeddings);
        _wake.Set();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var batches = new BlockingCollection<FeatureBatch>(boundedCapacity: Environment.ProcessorCount);
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(1, Environment.ProcessorCount)
            .Select(number => LowPriority.Start($"features-{number}", () => EmbedBatches(batches, targets, failures, ending)))
            .ToList();
        try
        {
            HandOut(batches, targets, ending.Token);
        }
        catch (OperationCanceledException) when (!failures.IsEmpty)
        {
            throw new InvalidOperationException(failures.First().Message, failures.First());
        }
        finally
        {
            // The threads may wait for a batch: they must be gone before what they work with is.
            ending.Cancel();
            threads.ForEach(thread => thread.Join());
            while (batches.TryTake(out var left))
            {
                targets.Finish(left);
            }
        }
    }

    private void HandOut(BlockingCollection<FeatureBatch> batches, FeatureTargets targets, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var batch = targets.Next(BatchSize);
            if (batch is not null)
            {
                batches.Add(batch, stop);
            }
            if (WaitHandle.WaitAny([_wake, stop.WaitHandle], batch is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero) == 0)
            {
                Tell(targets.Refresh());
                TakeOver(targets);
            }
        }
    }

    private void EmbedBatches(
        BlockingCollection<FeatureBatch> batches, FeatureTargets targets, ConcurrentQueue<Exception> failures, CancellationTokenSource ending)
    {
        try
        {
            foreach (var batch in batches.GetConsumingEnumerable(ending.Token))
            {
                try
                {
                    _speed.Add(batch.Embed(blobs, _decoding, log));
                }
                finally
                {
                    targets.Finish(batch);
                }
                Tell(batch.Images.Select(image => image.ProjectId).Distinct());
                TakeOver(targets);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The worker ends.
        }
        catch (Exception error)
        {
            failures.Enqueue(error);
            ending.Cancel();
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
}
