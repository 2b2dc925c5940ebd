using System.Collections.Concurrent;
using LabelStudio.Learning.Embeddings;
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
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<FeatureWorker> log) : BackgroundService
{
    private const int BatchSize = 16;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly FeatureBacklog _backlog = new(contexts);
    private readonly AutoResetEvent _wake = new(initialState: true);
    private readonly FeatureSpeed _speed = new(clock);
    private volatile string? _problem;

    /// <summary>How far the embeddings of a project are.</summary>
    public FeatureProgress Progress(Guid projectId)
    {
        var (done, total, refused) = _backlog.CountsOf(projectId);
        var imagesPerSecond = done + refused < total ? _speed.ImagesPerSecond : 0;
        double? secondsLeft = imagesPerSecond > 0 ? (total - done - refused) / imagesPerSecond : null;
        return new FeatureProgress(done, total, refused, imagesPerSecond, secondsLeft) { Problem = _problem };
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(Guid.Empty, ChangeTopic.Images | ChangeTopic.Project, OnImagesChanged, TimeSpan.FromMilliseconds(200));
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
        using var embedder = openEmbedder(Environment.ProcessorCount);
        var store = stores.OpenPretrained(embedder);
        _problem = null;
        _backlog.Clear();
        _wake.Set();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var decoded = new BlockingCollection<DecodedBatch>(boundedCapacity: 2);
        var reader = LowPriority.Start("features-decode", () => ReadAhead(decoded, store, both.Token));
        try
        {
            foreach (var batch in decoded.GetConsumingEnumerable(stop))
            {
                Embed(batch, embedder, store);
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

    private void ReadAhead(BlockingCollection<DecodedBatch> decoded, EmbeddingStore store, CancellationToken stop)
    {
        var decoders = Math.Max(1, Environment.ProcessorCount / 4);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (_backlog.Next(store, BatchSize) is { Count: > 0 } images)
                {
                    decoded.Add(DecodedBatch.Read(images, blobs, store, decoders, log), stop);
                }
                else
                {
                    WaitHandle.WaitAny([_wake, stop.WaitHandle]);
                    _wake.Set();
                }
                if (!stop.IsCancellationRequested && _wake.WaitOne(0))
                {
                    _backlog.Refresh(store);
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

    private void Embed(DecodedBatch batch, IEmbedder embedder, EmbeddingStore store)
    {
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
        _backlog.Finish(batch.All, store);
        foreach (var projectId in batch.All.Select(image => image.ProjectId).Distinct())
        {
            signals.Publish(projectId, ChangeTopic.Embeddings);
        }
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
}
