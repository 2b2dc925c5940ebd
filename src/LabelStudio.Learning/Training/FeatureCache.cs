using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Numbers of many items of one length in a file, as float16: what a run computes once and reads at every epoch. The file
/// has its full size from the start, so a full disk shows at once, and goes when this is disposed of.
/// </summary>
internal sealed class FeatureCache : IDisposable
{
    /// <summary>What one number takes.</summary>
    internal const int NumberBytes = sizeof(ushort);

    private readonly SafeFileHandle _file;
    private readonly int _itemLength;

    /// <exception cref="IOException">The disk has no room for it, or refuses.</exception>
    internal FeatureCache(string path, int items, int itemLength)
    {
        _itemLength = itemLength;
        _file = File.OpenHandle(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, (long)items * ItemBytes);
    }

    private int ItemBytes => _itemLength * NumberBytes;

    /// <summary>Stores an item; different items may be written at once.</summary>
    internal void Write(int item, ReadOnlySpan<float> numbers)
    {
        var halves = ArrayPool<Half>.Shared.Rent(_itemLength);
        TensorPrimitives.ConvertToHalf(numbers, halves);
        RandomAccess.Write(_file, MemoryMarshal.AsBytes(halves.AsSpan(0, _itemLength)), (long)item * ItemBytes);
        ArrayPool<Half>.Shared.Return(halves);
    }

    /// <summary>Reads an item that was stored; different items may be read at once.</summary>
    internal void Read(int item, Span<float> numbers)
    {
        var halves = ArrayPool<Half>.Shared.Rent(_itemLength);
        var bytes = MemoryMarshal.AsBytes(halves.AsSpan(0, _itemLength));
        var offset = (long)item * ItemBytes;
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("The cache of computed features is shorter than it was written. Check the disk and start the run again.");
            }
            bytes = bytes[read..];
            offset += read;
        }
        TensorPrimitives.ConvertToSingle(halves.AsSpan(0, _itemLength), numbers);
        ArrayPool<Half>.Shared.Return(halves);
    }

    public void Dispose() => _file.Dispose();
}
