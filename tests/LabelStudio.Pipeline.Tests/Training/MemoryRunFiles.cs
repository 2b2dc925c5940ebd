using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>A run's data without a server: embeddings drawn around one centre for each class, of a lost one none.</summary>
internal sealed class MemoryRunFiles(IReadOnlyList<Guid> classIds, int trainPerClass, int heldOutPerClass, string? parentFolder = null, string? promotedFolder = null, Guid? lost = null) : IRunFiles
{
    private readonly DatasetManifest _dataset = new(
        Guid.CreateVersion7(),
        Guid.CreateVersion7(),
        1,
        [.. classIds.Select((classId, index) => new DatasetClass(classId, $"Class {index}"))],
        [.. classIds.Where(classId => classId != lost).SelectMany((classId, kind) => Entries(classId, kind, trainPerClass, heldOutPerClass))]);

    /// <summary>The classes of combinations: an image of one looks like the mean of its classes'.</summary>
    public IReadOnlyDictionary<Guid, Guid[]> Members { get; init; } = new Dictionary<Guid, Guid[]>();

    /// <summary>Images that their class shows as examples.</summary>
    public IReadOnlySet<long> ExampleIds { get; init; } = new HashSet<long>();

    /// <summary>What was kept last.</summary>
    public TrainingCheckpoint? Checkpoint { get; set; }

    /// <summary>What the fetch of the promoted model ends in.</summary>
    public Exception? PromotedFailure { get; init; }

    /// <summary>What happens when embeddings of validation images alone are read; true: the first of them is not stored.</summary>
    public Func<bool> OnValidationAlone { get; init; } = () => false;

    public Task FetchExtractorAsync(string folder, CancellationToken cancellationToken)
    {
        TestExtractors.WriteIn(folder);
        return Task.CompletedTask;
    }

    public Task<TrainingCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken) => Task.FromResult(Checkpoint);

    public Task KeepCheckpointAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        Checkpoint = checkpoint;
        return Task.CompletedTask;
    }

    public Task<DatasetManifest> ReadDatasetAsync(CancellationToken cancellationToken) => Task.FromResult(_dataset with { Classes = [.. _dataset.Classes.Select(item => item with { MemberIds = Members.GetValueOrDefault(item.Id) })], Entries = [.. _dataset.Entries.Select(entry => entry with { IsExample = ExampleIds.Contains(entry.ImageId) })] });

    public Task ReadEmbeddingsAsync(
        EmbeddingKey key, int embeddingSize, IReadOnlyList<DatasetEntry> entries, Action<DatasetEntry, float[]> onEmbedding, CancellationToken cancellationToken)
    {
        var lacksFirst = entries.All(entry => entry.Split == Split.Validation) && OnValidationAlone();
        foreach (var entry in entries.Skip(lacksFirst ? 1 : 0))
        {
            onEmbedding(entry, Members.TryGetValue(entry.ClassId, out var members) ? Mean(members, entry.ImageId, embeddingSize) : Draw(entry.ClassId, entry.ImageId, embeddingSize));
        }
        return Task.CompletedTask;
    }

    public Task<byte[]> ReadImageAsync(DatasetEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task FetchModelAsync(Guid modelId, string folder, CancellationToken cancellationToken)
    {
        Copy(parentFolder!, folder);
        return Task.CompletedTask;
    }

    public Task<bool> FetchPromotedAsync(string folder, CancellationToken cancellationToken)
    {
        if (PromotedFailure is not null)
        {
            return Task.FromException<bool>(PromotedFailure);
        }
        if (promotedFolder is not null)
        {
            Copy(promotedFolder, folder);
        }
        return Task.FromResult(promotedFolder is not null);
    }

    private static void Copy(string source, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    /// <summary>The kind follows from the class alone, so that the same class looks the same in every run.</summary>
    private static int KindOf(Guid classId) => Math.Abs(classId.GetHashCode() % 10_000);

    /// <summary>The embedding of an image of a class, as every run sees it.</summary>
    public static float[] Draw(Guid classId, long seed, int size) => Draw(KindOf(classId), seed, size);

    private static float[] Mean(Guid[] classIds, long seed, int size)
    {
        var drawn = classIds.Select(id => Draw(id, seed, size)).ToArray();
        return [.. Enumerable.Range(0, size).Select(index => drawn.Length == 0 ? 0.01f : drawn.Average(item => item[index]))];
    }

    private static float[] Draw(int kind, long seed, int size)
    {
        var (centre, random) = (new Random(kind), new Random((int)seed));
        return [.. Enumerable.Range(0, size).Select(_ => (float)Math.Max(0, centre.NextDouble() + (0.8 * (random.NextDouble() - 0.5))))];
    }

    private static IEnumerable<DatasetEntry> Entries(Guid classId, int kind, int train, int heldOut) =>
        Enumerable.Range(0, train + (2 * heldOut)).Select(index => new DatasetEntry(
            (kind * 10_000) + index + 1,
            "",
            ".png",
            classId,
            index < train ? Split.Train : index < train + heldOut ? Split.Validation : Split.Test));
}
