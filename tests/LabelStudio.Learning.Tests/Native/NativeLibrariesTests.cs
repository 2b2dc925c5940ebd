using LabelStudio.Learning.Native;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Native;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void Initialize_OnThisSystem_LoadsLibtorchAndComputes()
    {
        NativeLibraries.Initialize(threads: 2);

        using var scope = torch.NewDisposeScope();
        var product = torch.ones([3, 4]).matmul(torch.ones([4, 2]));

        Assert.Equal(24f, product.sum().item<float>());
    }

    [Fact]
    public void Initialize_CalledAgain_KeepsTheFirstThreadCount()
    {
        NativeLibraries.Initialize(threads: 7);

        Assert.Equal(2, torch.get_num_threads());
    }

    [Fact]
    public void Initialize_NoThreads_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NativeLibraries.Initialize(threads: 0));

    [Fact]
    public void Initialize_Always_BlocksUntrustedLoaders()
    {
        var svg = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>"u8.ToArray();

        Assert.Throws<NetVips.VipsException>(() => NetVips.Image.NewFromBuffer(svg));
    }

    [Fact]
    public void Detect_OnAnyMachine_GivesADeviceThatComputes()
    {
        var device = ComputeDevice.Detect();

        Assert.NotEmpty(device.Name);
        Assert.Equal(torch.cuda.is_available() ? DeviceKind.Cuda : DeviceKind.Cpu, device.Kind);
    }

    [Theory]
    [InlineData("version `GLIBCXX_3.4.32' not found", "libstdc++")]
    [InlineData("libgomp.so.1: cannot open shared object file", "libgomp1")]
    [InlineData("something else", "Install the program again")]
    public void TorchAdvice_ForALoaderReport_IsOneLineThatNamesTheCure(string report, string cure)
    {
        var advice = NativeLibraries.TorchAdvice(report);

        Assert.Contains(cure, advice, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', advice);
    }
}
