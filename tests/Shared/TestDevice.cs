using LabelStudio.Learning.Native;

namespace LabelStudio.Tests;

/// <summary>Where tests train: on the processor, or on the GPU for STUDIO_TEST_DEVICE=gpu.</summary>
internal static class TestDevice
{
    private static readonly Lazy<ComputeDevice> s_chosen = new(Choose);

    public static ComputeDevice Chosen => s_chosen.Value;

    private static ComputeDevice Choose()
    {
        if (Environment.GetEnvironmentVariable("STUDIO_TEST_DEVICE") != "gpu")
        {
            return ComputeDevice.Cpu;
        }
        var device = ComputeDevice.Detect();
        Assert.True(device.Kind == DeviceKind.Cuda, "STUDIO_TEST_DEVICE is gpu and no GPU computes here: build with -p:Gpu=true on a machine with an NVIDIA driver.");
        return device;
    }
}
