using System.Globalization;
using System.Runtime.InteropServices;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Computes a batch in as few parts as the device's memory allows: when it runs out, the parts are halved, for the rest of
/// the run, and the batch begins again. Gradients add up over the parts, so what is learned stays the same.
/// </summary>
/// <param name="log">Told what was done about it.</param>
/// <param name="mostAtOnce">What an earlier part of the run came to; null: a whole batch.</param>
/// <param name="onPart">Told how many images are computed next; a test's fails as a device with little memory does.</param>
/// <remarks>libtorch reports an exhausted GPU as an <see cref="ExternalException"/> with "out of memory" in its text; there is no type of its own.</remarks>
internal sealed class BatchMemory(Action<string> log, int? mostAtOnce = null, Action<int>? onPart = null)
{
    /// <summary>Images computed together, at most; null: the memory never ran out.</summary>
    internal int? MostAtOnce { get; private set; } = mostAtOnce;

    /// <summary>Computes images 0 to count in parts.</summary>
    /// <param name="count">Images of the batch, at least 1.</param>
    /// <param name="part">Computes one part; its tensors are freed when it throws.</param>
    /// <param name="beginAgain">Takes back what finished parts did, such as their gradients.</param>
    /// <exception cref="DeviceMemoryException">The memory does not even suffice for one image.</exception>
    internal void InParts(int count, Action<int, int> part, Action beginAgain)
    {
        while (!TryInParts(count, part))
        {
            beginAgain();
            MostAtOnce = (AtOnce(count) + 1) / 2;
            log(string.Create(CultureInfo.InvariantCulture, $"The device's memory ran out: the batch is halved to {MostAtOnce} images at a time. Their gradients are added up, so the result stays the same."));
        }
    }

    /// <summary>Does what takes memory for all images at once.</summary>
    /// <param name="count">Images.</param>
    /// <param name="work">Its tensors are freed when it throws.</param>
    /// <param name="otherwise">What is done when the memory does not suffice, for people.</param>
    /// <returns>Whether it sufficed.</returns>
    internal bool SufficesFor(int count, Action work, string otherwise)
    {
        try
        {
            onPart?.Invoke(count);
            work();
            return true;
        }
        catch (ExternalException error) when (IsOutOfMemory(error))
        {
            log($"The device's memory ran out: {otherwise}");
            return false;
        }
    }

    private bool TryInParts(int count, Action<int, int> part)
    {
        var atOnce = AtOnce(count);
        try
        {
            for (var begin = 0; begin < count; begin += atOnce)
            {
                var size = Math.Min(atOnce, count - begin);
                onPart?.Invoke(size);
                part(begin, size);
            }
            return true;
        }
        catch (ExternalException error) when (IsOutOfMemory(error))
        {
            return atOnce > 1 ? false : throw new DeviceMemoryException(error);
        }
    }

    private int AtOnce(int count) => Math.Min(count, MostAtOnce ?? int.MaxValue);

    private static bool IsOutOfMemory(ExternalException error) => error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
}
