using NetVips;
using TorchSharp;

namespace LabelStudio.Learning.Native;

/// <summary>Loads libtorch and libvips once and sets what has to be set before their first use.</summary>
public static class NativeLibraries
{
    private static readonly Lock Gate = new();
    private static bool _initialized;

    /// <summary>
    /// Loads both libraries, gives libtorch its threads, and makes libvips safe for files from strangers: one thread a
    /// picture, no cache of open files, no loader that libvips itself calls untrusted.
    /// </summary>
    /// <param name="threads">Threads of one libtorch operation, at least 1.</param>
    /// <remarks>
    /// Call it at program start, before any tensor exists: libtorch ends the process when its thread counts are set too
    /// late. Calls after the first do nothing. Thread-safe.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    /// <exception cref="NativeLibraryException">A library is missing or does not fit this system.</exception>
    public static void Initialize(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (_initialized)
            {
                return;
            }
            InitializeTorch(threads);
            InitializeVips();
            _initialized = true;
        }
    }

    private static void InitializeTorch(int threads)
    {
        try
        {
            torch.set_num_threads(threads);
            torch.set_num_interop_threads(1);
        }
        // TorchSharp reports a failed load as any of four types, from a type initializer.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new NativeLibraryException(TorchAdvice(error.ToString()), error);
        }
    }

    private static void InitializeVips()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            var cause = ModuleInitializer.Exception ?? new DllNotFoundException("libvips");
            throw new NativeLibraryException(
                "The picture library libvips could not be loaded: the file libvips.so.42 is missing beside the program or does not fit this system. Install the package again, or install glibc 2.28 or newer.",
                cause);
        }
        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        Cache.MaxFiles = 0;
    }

    internal static string TorchAdvice(string loaderReport)
    {
        if (loaderReport.Contains("GLIBCXX", StringComparison.Ordinal))
        {
            return "The learning library libtorch could not be loaded: this system's libstdc++ is too old. Install libstdc++ of GCC 13 or newer (Ubuntu 24.04, Debian 13), or build the program on this machine.";
        }
        if (loaderReport.Contains("libgomp", StringComparison.Ordinal))
        {
            return "The learning library libtorch could not be loaded: libgomp is missing. Install the package libgomp1.";
        }
        return "The learning library libtorch could not be loaded: libLibTorchSharp or libtorch is missing beside the program or does not fit this system. Install the program again for this operating system (64-bit x86).";
    }
}
