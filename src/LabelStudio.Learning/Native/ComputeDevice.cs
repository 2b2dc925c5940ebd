using System.Globalization;
using TorchSharp;

namespace LabelStudio.Learning.Native;

/// <summary>The device that training uses.</summary>
/// <param name="Kind">Processor or GPU.</param>
/// <param name="Name">A name to show, such as <c>CPU, 4 cores</c>.</param>
public sealed record ComputeDevice(DeviceKind Kind, string Name)
{
    /// <summary>The processor.</summary>
    public static ComputeDevice Cpu { get; } =
        new(DeviceKind.Cpu, string.Create(CultureInfo.InvariantCulture, $"CPU, {Environment.ProcessorCount} cores"));

    /// <summary>
    /// Finds the device to train on: the first GPU if the program was built for CUDA and a small product computed there is
    /// right, else the processor.
    /// </summary>
    /// <remarks>Call <see cref="NativeLibraries.Initialize"/> first. A GPU that does not work is no error.</remarks>
    public static ComputeDevice Detect()
    {
        try
        {
            return torch.cuda.is_available() && MultipliesRightly() ? Gpu() : Cpu;
        }
        // A driver too old for this CUDA shows only when the device is used.
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return Cpu;
        }
    }

    /// <summary>The same device as libtorch names it. Owned by libtorch: not to be disposed.</summary>
    internal torch.Device Torch => Kind == DeviceKind.Cuda ? torch.CUDA : torch.CPU;

    /// <summary>Products in TF32: several times as fast, and its 10 bits of fraction are enough for a training.</summary>
    private static ComputeDevice Gpu()
    {
        torch.backends.cuda.matmul.allow_tf32 = true;
        torch.backends.cudnn.allow_tf32 = true;
        return new(DeviceKind.Cuda, GpuName());
    }

    private static bool MultipliesRightly()
    {
        using var scope = torch.NewDisposeScope();
        var ones = torch.ones([16, 16], device: torch.CUDA);
        return ones.matmul(ones).sum().item<float>() is 16 * 16 * 16;
    }

    private static string GpuName()
    {
        const string folder = "/proc/driver/nvidia/gpus";
        if (!Directory.Exists(folder))
        {
            return "NVIDIA GPU";
        }
        var model = Directory.EnumerateFiles(folder, "information", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .FirstOrDefault(line => line.StartsWith("Model:", StringComparison.Ordinal));
        return model is null ? "NVIDIA GPU" : model["Model:".Length..].Trim();
    }
}
