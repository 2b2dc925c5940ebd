using Microsoft.AspNetCore.SignalR.Client;

namespace LabelStudio.Web.Worker;

/// <summary>Never gives up; the usual policy ends after four tries.</summary>
internal sealed class PatientRetry : IRetryPolicy
{
    private static readonly double[] Seconds = [0.2, 0.5, 1, 2, 5];

    public TimeSpan? NextRetryDelay(RetryContext retryContext)
    {
        ArgumentNullException.ThrowIfNull(retryContext);
        return WaitBefore(retryContext.PreviousRetryCount);
    }

    public static TimeSpan WaitBefore(long attempt) => TimeSpan.FromSeconds(Seconds[Math.Min(attempt, Seconds.Length - 1)]);
}
