using System.Runtime.CompilerServices;
using LabelStudio.Learning.Native;

// Torch keeps thread and gradient state per process and the machines are small: one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace LabelStudio.Learning.Tests;

internal static class NativeSetup
{
#pragma warning disable CA2255 // Thread counts must be set before the first tensor of the whole test process.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Initialize() => NativeLibraries.Initialize(threads: 2);
}
