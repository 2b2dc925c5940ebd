using System.Globalization;
using LabelStudio.Learning.Native;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Chooses how a GPU computes a step by trying: bfloat16 halves what large batches move, small ones wait for the start of each
/// kernel and gain nothing. A processor computes in float32.
/// </summary>
internal static class PrecisionChoice
{
    /// <summary>bfloat16 has to be this much faster to be worth its fewer digits.</summary>
    private const double WorthIt = 1.1;
    private const int Trials = 5;

    /// <param name="device">Where the run computes.</param>
    /// <param name="before">What the run computed in before it was broken off; it stays so. Null: a new run.</param>
    /// <param name="step">Computes a typical step to its end and learns nothing from it.</param>
    /// <param name="clock">Measures time.</param>
    /// <param name="log">Told what was chosen on a GPU.</param>
    internal static Precision Choose(ComputeDevice device, Precision? before, Action<Precision> step, TimeProvider clock, Action<string> log)
    {
        if (device.Kind == DeviceKind.Cpu)
        {
            return Precision.Full;
        }
        if (before is { } kept)
        {
            return kept;
        }
        var gain = Time(Precision.Full, step, clock) / Time(Precision.BFloat16, step, clock);
        var chosen = gain >= WorthIt ? Precision.BFloat16 : Precision.Full;
        log(string.Create(CultureInfo.InvariantCulture, $"Training computes in {(chosen == Precision.BFloat16 ? "bfloat16" : "TF32")}: in a short trial bfloat16 was {gain:F2} times as fast."));
        return chosen;
    }

    private static TimeSpan Time(Precision precision, Action<Precision> step, TimeProvider clock)
    {
        step(precision);
        var begin = clock.GetTimestamp();
        for (var trial = 0; trial < Trials; trial++)
        {
            step(precision);
        }
        return clock.GetElapsedTime(begin);
    }
}
