using System.Buffers;
using System.Numerics.Tensors;
using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Features;

/// <summary>A few images that one thread reads and embeds. A picture that is no good is refused in the store; the rest goes on.</summary>
/// <param name="Target">The backbone; held until the batch is given back.</param>
/// <param name="Images">Which images.</param>
internal sealed record FeatureBatch(FeatureTarget Target, IReadOnlyList<PendingImage> Images)
{
    /// <summary>Puts the embeddings into the target's store.</summary>
    /// <param name="blobs">Where the originals are.</param>
    /// <param name="decoding">Lets a few threads decode at a time: the picture library's threads hinder each other.</param>
    /// <param name="log">Told of pictures that are no good.</param>
    /// <returns>How many there are.</returns>
    public int Embed(BlobStore blobs, SemaphoreSlim decoding, ILogger log)
    {
        var preprocessing = new ImagePreprocessing(Target.Store.Key.SidePx);
        var pixels = ArrayPool<float>.Shared.Rent(Images.Count * preprocessing.Length);
        try
        {
            List<PendingImage> read;
            decoding.Wait();
            try
            {
                read = Read(blobs, preprocessing, pixels, log);
            }
            finally
            {
                decoding.Release();
            }
            if (read.Count > 0)
            {
                Embed(read, pixels.AsMemory(0, read.Count * preprocessing.Length));
            }
            return read.Count;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    /// <returns>The images whose pixels are there, in their order.</returns>
    private List<PendingImage> Read(BlobStore blobs, ImagePreprocessing preprocessing, float[] pixels, ILogger log)
    {
        var read = new List<PendingImage>(Images.Count);
        foreach (var image in Images)
        {
            if (TryRead(image, blobs, preprocessing, pixels.AsSpan(read.Count * preprocessing.Length, preprocessing.Length), log))
            {
                read.Add(image);
            }
        }
        return read;
    }

    private void Embed(List<PendingImage> read, ReadOnlyMemory<float> pixels)
    {
        var size = Target.Embedder.EmbeddingSize;
        var embeddings = new float[read.Count * size];
        Target.Embedder.Embed(pixels, read.Count, embeddings);
        for (var index = 0; index < read.Count; index++)
        {
            Keep(read[index], embeddings.AsSpan(index * size, size));
        }
        Target.Store.Flush();
    }

    private bool TryRead(PendingImage image, BlobStore blobs, ImagePreprocessing preprocessing, Span<float> pixels, ILogger log)
    {
        try
        {
            ImageDecoder.DecodeInto(blobs.PathOf(image.Sha256, image.Extension), preprocessing, pixels);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted since it was listed: nothing to remember.
            return false;
        }
        catch (Exception error) when (error is ImageRefusedException or IOException or UnauthorizedAccessException)
        {
            log.LogWarning(error, "No embedding for image {ImageId} of project {ProjectId}: it could not be read", image.Id, image.ProjectId);
            Target.Store.Refuse(image.Sha256, error.Message);
            return false;
        }
    }

    private void Keep(PendingImage image, ReadOnlySpan<float> embedding)
    {
        if (TensorPrimitives.IsFiniteAll(embedding))
        {
            Target.Store.Append(image.Sha256, embedding);
        }
        else
        {
            Target.Store.Refuse(image.Sha256, "The network gave numbers that are not finite.");
        }
    }
}
