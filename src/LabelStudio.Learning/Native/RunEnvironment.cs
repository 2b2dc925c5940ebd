using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace LabelStudio.Learning.Native;

/// <summary>With what a run was computed: the part of its result that no setting holds.</summary>
/// <param name="Program">Version of this program; with the commit, where it was built from one.</param>
/// <param name="DotNet">.NET.</param>
/// <param name="OperatingSystem">Operating system and architecture of the process.</param>
/// <param name="TorchSharp">TorchSharp, the binding.</param>
/// <param name="LibTorch">libtorch beneath it.</param>
/// <param name="OnnxRuntime">ONNX Runtime, which computes embeddings.</param>
/// <param name="Device">The device that trained.</param>
/// <param name="Processors">Logical processors the process may use.</param>
/// <param name="Threads">Threads of one operation of libtorch.</param>
public sealed record RunEnvironment(
    string Program, string DotNet, string OperatingSystem, string TorchSharp, string LibTorch, string OnnxRuntime, string Device, int Processors, int Threads)
{
    /// <summary>The environment of this process. Call <see cref="NativeLibraries.Initialize"/> first.</summary>
    public static RunEnvironment Of(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new(
            VersionOf(typeof(RunEnvironment).Assembly),
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            VersionOf(typeof(torch).Assembly),
            torch.__version__,
            OrtEnv.Instance().GetVersionString(),
            device.Name,
            Environment.ProcessorCount,
            torch.get_num_threads());
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
