namespace LabelStudio.Pipeline.Training;

/// <summary>libtorch keeps state of its thread, so a training loop gets one that nothing else runs on.</summary>
internal static class TrainingThread
{
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        {
            Name = "training",
            IsBackground = true,
        }.Start();
        return done.Task;
    }
}
