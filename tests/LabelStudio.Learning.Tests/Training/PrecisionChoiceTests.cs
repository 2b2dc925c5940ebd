using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Learning.Tests.Training;

public sealed class PrecisionChoiceTests
{
    private static readonly ComputeDevice Gpu = new(DeviceKind.Cuda, "a GPU");
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _log = [];

    [Theory]
    [InlineData(10, 5, Precision.BFloat16, "bfloat16: in a short trial bfloat16 was 2.00 times")]
    [InlineData(10, 10, Precision.Full, "TF32: in a short trial bfloat16 was 1.00 times")]
    [InlineData(10, 9.5, Precision.Full, "TF32: in a short trial bfloat16 was 1.05 times")]
    public void Choose_NewRunOnAGpu_TakesBFloat16WhereItIsClearlyFaster(double float32Ms, double bfloat16Ms, Precision expected, string logged)
    {
        var chosen = PrecisionChoice.Choose(
            Gpu, before: null, precision => _clock.Advance(TimeSpan.FromMilliseconds(precision == Precision.BFloat16 ? bfloat16Ms : float32Ms)), _clock, _log.Add);

        Assert.Equal(expected, chosen);
        Assert.Contains(logged, Assert.Single(_log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Precision.Full)]
    [InlineData(Precision.BFloat16)]
    public void Choose_RunThatGoesOnOnAGpu_KeepsWhatItHad(Precision before)
    {
        var chosen = PrecisionChoice.Choose(Gpu, before, _ => Assert.Fail("There is nothing to try."), _clock, _log.Add);

        Assert.Equal(before, chosen);
    }

    [Fact]
    public void Choose_Processor_ComputesInFloat32WhateverTheRunHadOnAGpu()
    {
        var chosen = PrecisionChoice.Choose(ComputeDevice.Cpu, Precision.BFloat16, _ => Assert.Fail("There is nothing to try."), _clock, _log.Add);

        Assert.Equal(Precision.Full, chosen);
    }
}
