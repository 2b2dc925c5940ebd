namespace LabelStudio.Pipeline.Features;

/// <summary>The result of a work on a thread of its own.</summary>
internal static class ThreadResult
{
    /// <param name="start">Starts a thread that does what it is given.</param>
    /// <param name="work">What is to be done there.</param>
    public static Task<T> Of<T>(Action<Action> start, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        start(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }
}
