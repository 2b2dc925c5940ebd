using System.Runtime.CompilerServices;
using LabelStudio.Learning.Native;

namespace LabelStudio.Pipeline.Tests;

internal static class NativeSetup
{
#pragma warning disable CA2255 // Thread counts must be set before the first tensor of the whole test process.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Initialize() => NativeLibraries.Initialize(threads: 2);
}
