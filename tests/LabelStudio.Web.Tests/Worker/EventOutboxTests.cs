using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabelStudio.Web.Tests.Worker;

public sealed class EventOutboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pump_StoppedInTheMiddleOfACall_EndsWithoutErrorAndKeepsItsEvents()
    {
        var (calls, begun) = (new List<(long FirstNumber, int Count)>(), new TaskCompletionSource());
        var outbox = new EventOutbox(SendAsync, _ => { }, TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        outbox.Add(Log("first"));
        outbox.Add(Log("second"));

        var pump = outbox.PumpAsync(stop.Token);
        await begun.Task;
        await stop.CancelAsync();
        await pump;
        outbox.Add(Log("third"));
        await outbox.FlushAsync(Token);

        // The cut call may have arrived: the same events go again under the same numbers.
        Assert.Equal([(1, 2), (1, 3)], calls);

        async Task<RunOrder> SendAsync(long firstNumber, string[] events, CancellationToken cancellationToken)
        {
            calls.Add((firstNumber, events.Length));
            if (calls.Count == 1)
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            return RunOrder.Continue;
        }
    }

    private static LogWritten Log(string text) => new(text) { AtUtc = DateTime.UnixEpoch };
}
