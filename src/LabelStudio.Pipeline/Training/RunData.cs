using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>Gathers the embeddings of a run's images: stored ones from the server, missing ones computed here.</summary>
internal sealed class RunData(IRunFiles files, Action<string> log)
{
    private const int BatchSize = 16;

    /// <summary>Embeddings of all entries that have one, by image id.</summary>
    public async Task<Dictionary<long, float[]>> GatherAsync(
        IReadOnlyList<DatasetEntry> entries, EmbeddingKey key, int embeddingSize, Func<IEmbedder> open, CancellationToken cancellationToken)
    {
        var embeddings = new Dictionary<long, float[]>(entries.Count);
        await files.ReadEmbeddingsAsync(key, embeddingSize, entries, (entry, numbers) => embeddings[entry.ImageId] = numbers, cancellationToken);
        var missing = entries.Where(entry => !embeddings.ContainsKey(entry.ImageId)).ToList();
        if (missing.Count == 0)
        {
            return embeddings;
        }
        log($"{missing.Count} of {entries.Count} images have no stored embedding for {key.SidePx} px: computing them.");
        using var embedder = open();
        var done = 0;
        foreach (var batch in missing.Chunk(BatchSize))
        {
            await ComputeAsync(batch, embedder, embeddings, cancellationToken);
            done += batch.Length;
            if (done % (BatchSize * 16) == 0)
            {
                log($"{done} of {missing.Count} embeddings are computed.");
            }
        }
        return embeddings;
    }

    /// <summary>The images of one split, in the order of their ids, with their class indices.</summary>
    public static (long[] ImageIds, EmbeddingSet Set) Select(
        IEnumerable<DatasetEntry> entries, Split split, ClassIndexMap classes, Dictionary<long, float[]> embeddings, int embeddingSize)
    {
        var chosen = entries
            .Where(entry => entry.Split == split && classes.IndexOf(entry.ClassId) >= 0 && embeddings.ContainsKey(entry.ImageId))
            .OrderBy(entry => entry.ImageId).ToList();
        var numbers = new float[chosen.Count * embeddingSize];
        for (var row = 0; row < chosen.Count; row++)
        {
            embeddings[chosen[row].ImageId].CopyTo(numbers, row * embeddingSize);
        }
        return (
            [.. chosen.Select(entry => entry.ImageId)],
            new EmbeddingSet(chosen.Count, embeddingSize, numbers, [.. chosen.Select(entry => classes.IndexOf(entry.ClassId))]));
    }

    private async Task ComputeAsync(
        DatasetEntry[] batch, IEmbedder embedder, Dictionary<long, float[]> embeddings, CancellationToken cancellationToken)
    {
        var preprocessing = new ImagePreprocessing(embedder.Key.SidePx);
        var pixels = new float[batch.Length * preprocessing.Length];
        var read = new List<DatasetEntry>(batch.Length);
        foreach (var entry in batch)
        {
            var bytes = await files.ReadImageAsync(entry, cancellationToken);
            try
            {
                ImageDecoder.DecodeInto(bytes, preprocessing, pixels.AsSpan(read.Count * preprocessing.Length, preprocessing.Length));
                read.Add(entry);
            }
            catch (ImageRefusedException error)
            {
                log($"Image {entry.ImageId} is left out: {error.Message}");
            }
        }
        if (read.Count == 0)
        {
            return;
        }
        var numbers = new float[read.Count * embedder.EmbeddingSize];
        embedder.Embed(pixels.AsMemory(0, read.Count * preprocessing.Length), read.Count, numbers);
        for (var row = 0; row < read.Count; row++)
        {
            embeddings[read[row].ImageId] = numbers.AsSpan(row * embedder.EmbeddingSize, embedder.EmbeddingSize).ToArray();
        }
    }
}
