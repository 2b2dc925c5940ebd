using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Training;
using LabelStudio.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Benchmarks.Data;

/// <summary>
/// A project of unlabelled images with embeddings drawn around one centre a class, its live head running: the whole way of
/// a label except browser and HTTP.
/// </summary>
internal sealed class LabellingStudio : IAsyncDisposable
{
    public const int EmbeddingSize = 1280;

    private readonly TemporaryStudio _studio;
    private readonly Dictionary<long, int> _kinds = [];

    private LabellingStudio(TemporaryStudio studio) => _studio = studio;

    public Guid UserId { get; private set; }

    public Guid ProjectId { get; private set; }

    public IReadOnlyList<Guid> ClassIds { get; private set; } = [];

    public LiveHeads LiveHeads => _studio.Get<LiveHeads>();

    public T Get<T>()
        where T : notnull => _studio.Get<T>();

    public static async Task<LabellingStudio> CreateAsync(int images, int classes, int seed, TextWriter log, CancellationToken stop)
    {
        NativeLibraries.Initialize(Environment.ProcessorCount);
        var studio = new LabellingStudio(await TemporaryStudio.StartAsync(services => services
            .AddSingleton<EmbedderFactory>(_ => _ => throw new InvalidOperationException("Embeddings are drawn, not computed."))
            .AddFeatures()
            .AddTraining()
            .AddEvaluation()
            .AddPromotion()
            .AddServing()));
        await log.WriteLineAsync($"Drawing {images} images of {classes} classes ...");
        await studio.FillAsync(images, classes, seed, stop);
        await studio.LiveHeads.StartAsync(stop);
        await studio.LiveHeads.CatchUpAsync(studio.ProjectId, stop);
        return studio;
    }

    public Task<Guid> AddPersonAsync() => _studio.AddUserAsync();

    public Guid ClassOf(long imageId) => ClassIds[_kinds[imageId]];

    /// <summary>Labels an image as its page does.</summary>
    public async Task LabelAsync(long imageId, int version, CancellationToken stop, Guid? userId = null)
    {
        var decision = new Decision(Guid.CreateVersion7(), imageId, AnnotationKind.Label, ClassOf(imageId), version);
        var results = await Get<ImageLabeller>().DecideAsync(userId ?? UserId, ProjectId, [decision], stop);
        if (results[0].Outcome != DecisionOutcome.Saved)
        {
            throw new InvalidOperationException($"Image {imageId} was not labelled: {results[0].Outcome} {results[0].Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LiveHeads.StopAsync(CancellationToken.None);
        await _studio.DisposeAsync();
    }

    private async Task FillAsync(int images, int classes, int seed, CancellationToken stop)
    {
        UserId = await _studio.AddUserAsync();
        ProjectId = await _studio.AddProjectAsync(UserId);
        var classIds = new List<Guid>();
        for (var kind = 0; kind < classes; kind++)
        {
            classIds.Add((await Get<ClassCatalog>().CreateAsync(UserId, ProjectId, new NewClass($"Class {kind}"), stop)).Id);
        }
        ClassIds = classIds;
        await _studio.AddImageRowsAsync(UserId, ProjectId, images);
        using var embedder = new Drawing();
        var store = Get<EmbeddingStores>().OpenPretrained(embedder);
        await using var db = _studio.OpenDatabase();
        var random = new Random(seed);
        var centres = Enumerable.Range(0, classes).Select(_ => Draw(random, null)).ToArray();
        foreach (var image in await db.Images.Select(image => new { image.Id, image.Sha256 }).ToListAsync(stop))
        {
            _kinds[image.Id] = random.Next(classes);
            store.Append(image.Sha256, Draw(random, centres[_kinds[image.Id]]));
        }
        store.Flush();
    }

    private static float[] Draw(Random random, float[]? centre)
    {
        var numbers = new float[EmbeddingSize];
        for (var index = 0; index < numbers.Length; index++)
        {
            numbers[index] = centre is null
                ? (float)random.NextDouble()
                : Math.Max(0, centre[index] + (3 * ((float)random.NextDouble() - 0.5f)));
        }
        return numbers;
    }

    private sealed class Drawing : IEmbedder
    {
        public EmbeddingKey Key { get; } = new("d2a811", 224, 1);

        public int EmbeddingSize => LabellingStudio.EmbeddingSize;

        public void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
