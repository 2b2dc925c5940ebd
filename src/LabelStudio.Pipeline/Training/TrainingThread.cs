using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Training;

/// <summary>libtorch keeps state of its thread, so a training loop gets one that nothing else runs on.</summary>
internal static class TrainingThread
{
    public static Task<T> RunAsync<T>(Func<T> work) =>
        ThreadResult.Of(run => new Thread(() => run()) { Name = "training", IsBackground = true }.Start(), work);
}
