using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>How long after somebody cancels a run the trainer has let go of it, by what it was doing.</summary>
internal sealed class CancelCase : IBenchmarkCase
{
    public string Name => "cancel";

    public string Purpose => "milliseconds from cancelling a fine-tuning until it has ended: in the pass of the frozen stages, between epochs, and in the testing at the end";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        .. PlanOptions.All,
        new("trainer-threads", "N", "threads of the trainer (half the cores)"),
        new("times", "N", "runs cancelled in each place (3)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (plan, times) = (PlanOptions.Read(options) with { Patience = 0 }, options.Number("times", 3));
        if (plan.Layers == TrainedLayers.HeadOnly)
        {
            throw new BenchmarkUsageException("A head alone is trained too quickly to be cancelled in the middle. Take balanced or thorough.");
        }
        await using var server = await TrainingServer.StartAsync(options.Text("trainer-threads") is null ? null : options.Number("trainer-threads", 1), log, stop);
        var endless = plan with { Epochs = 1000 };
        var figures = new Figures().Add("side_px", (long)plan.SidePx).Add("trainer_threads", (long)server.TrainerThreads).Add("times", (long)times);
        await MeasureAsync("frozen_stages", endless, view => view is { Started: not null, LastBatch: null });
        await MeasureAsync("training", endless, view => view.LastBatch is not null);
        await MeasureAsync("testing", plan with { Epochs = 1 }, view => view.Epochs.Count > 0 && view.LogTail.Any(line => line.Text.Contains("no stored embedding", StringComparison.Ordinal)));
        return figures.Add("cores", (long)Environment.ProcessorCount);

        async Task MeasureAsync(string place, TrainingPlan run, Func<RunView, bool> isThere)
        {
            var worst = TimeSpan.Zero;
            for (var time = 0; time < times; time++)
            {
                var runId = await server.LaunchAsync(run, stop);
                await server.UntilAsync(runId, isThere, stop);
                var cancelled = Stopwatch.GetTimestamp();
                await server.CancelAsync(runId, stop);
                await server.UntilAsync(runId, view => view.State == RunState.Cancelled, stop);
                var took = Stopwatch.GetElapsedTime(cancelled);
                await log.WriteLineAsync($"{place}: {took.TotalMilliseconds:F0} ms");
                worst = took > worst ? took : worst;
            }
            figures.Add($"cancel_in_{place}_longest_milliseconds", worst.TotalMilliseconds);
        }
    }
}
