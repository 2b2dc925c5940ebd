using System.Globalization;
using System.Runtime.InteropServices;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Computes a batch in as few parts as the device's memory allows: when it runs out, the parts are halved, for the rest of
/// the run, and the batch begins again. Gradients add up over the parts, so what is learned stays the same.
/// </summary>
/// <remarks>libtorch reports an exhausted GPU as an <see cref="ExternalException"/> with "out of memory" in its text; there is no type of its own.</remarks>
internal sealed class BatchMemory(Action<string> log, int mostAtOnce = int.MaxValue)
{
    /// <summary>Images computed together, at most.</summary>
    internal int MostAtOnce { get; private set; } = mostAtOnce;

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
            MostAtOnce = (Math.Min(count, MostAtOnce) + 1) / 2;
            log(string.Create(CultureInfo.InvariantCulture, $"The device's memory ran out: the batch is halved to {MostAtOnce} images at a time. Their gradients are added up, so the result stays the same."));
        }
    }

    private bool TryInParts(int count, Action<int, int> part)
    {
        var atOnce = Math.Min(count, MostAtOnce);
        try
        {
            for (var begin = 0; begin < count; begin += atOnce)
            {
                part(begin, Math.Min(atOnce, count - begin));
            }
            return true;
        }
        catch (ExternalException error) when (error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
        {
            return atOnce > 1 ? false : throw new DeviceMemoryException(error);
        }
    }
}
