using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Features;

/// <summary>Prepared pictures that wait for the network, and those that could not be prepared.</summary>
internal sealed class DecodedBatch
{
    private DecodedBatch(IReadOnlyList<PendingImage> images, IReadOnlyList<PendingImage> all, float[] pixels) =>
        (Images, All, Pixels) = (images, all, pixels);

    /// <summary>Pictures whose pixels are here, in the order of the pixels.</summary>
    public IReadOnlyList<PendingImage> Images { get; }

    /// <summary>Every picture the batch began with.</summary>
    public IReadOnlyList<PendingImage> All { get; }

    /// <summary>float32 [images, 3, side, side].</summary>
    public float[] Pixels { get; }

    /// <summary>Reads the originals; a picture that cannot be read is refused in the store, and the rest goes on.</summary>
    public static DecodedBatch Read(
        IReadOnlyList<PendingImage> all, BlobStore blobs, EmbeddingStore store, int decoders, ILogger log)
    {
        var preprocessing = new ImagePreprocessing(store.Key.SidePx);
        var pixels = new float[all.Count * preprocessing.Length];
        var isRead = new bool[all.Count];
        Parallel.For(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = decoders }, index =>
        {
            var image = all[index];
            var target = pixels.AsSpan(index * preprocessing.Length, preprocessing.Length);
            isRead[index] = TryRead(image, blobs, preprocessing, target, store, log);
        });
        return new DecodedBatch(Compact(all, pixels, isRead, preprocessing.Length), all, pixels);
    }

    private static bool TryRead(
        PendingImage image, BlobStore blobs, ImagePreprocessing preprocessing, Span<float> target, EmbeddingStore store, ILogger log)
    {
        try
        {
            ImageDecoder.DecodeInto(blobs.PathOf(image.Sha256, image.Extension), preprocessing, target);
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
            store.Refuse(image.Sha256, error.Message);
            return false;
        }
    }

    private static List<PendingImage> Compact(IReadOnlyList<PendingImage> all, float[] pixels, bool[] isRead, int length)
    {
        var kept = new List<PendingImage>(all.Count);
        for (var index = 0; index < all.Count; index++)
        {
            if (isRead[index])
            {
                pixels.AsSpan(index * length, length).CopyTo(pixels.AsSpan(kept.Count * length));
                kept.Add(all[index]);
            }
        }
        return kept;
    }
}
