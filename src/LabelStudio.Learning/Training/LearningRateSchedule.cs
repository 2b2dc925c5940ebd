namespace LabelStudio.Learning.Training;

/// <summary>A linear climb from 0, then a fall to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts).</summary>
internal static class LearningRateSchedule
{
    /// <summary>The factor of the highest rate, 0 to 1.</summary>
    /// <param name="step">Step within the run, from 0.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="warmupShare">Share of the steps in which the rate climbs.</param>
    public static double Factor(long step, long steps, double warmupShare)
    {
        var warmup = Math.Floor(steps * warmupShare);
        return step < warmup
            ? (step + 1) / warmup
            : (1 + Math.Cos(Math.PI * (step - warmup) / Math.Max(1, steps - warmup))) / 2;
    }
}
