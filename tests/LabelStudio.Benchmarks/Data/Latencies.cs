using LabelStudio.Benchmarks.Frame;
using Microsoft.Playwright;

namespace LabelStudio.Benchmarks.Data;

/// <summary>Times of one kind of step.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    /// <summary>The times from key to paint that the page of labelling took itself.</summary>
    public async Task AddPaintsAsync(IPage page)
    {
        var times = await page.EvaluateAsync<double[]>("performance.getEntriesByName('lsn-key-to-paint').map(entry => entry.duration)");
        _milliseconds.AddRange(times);
    }

    public void AddTo(Figures figures, string name)
    {
        var sorted = _milliseconds.Order().ToArray();
        figures.Add($"{name}_p50_milliseconds", At(sorted, 0.5)).Add($"{name}_p95_milliseconds", At(sorted, 0.95)).Add($"{name}_max_milliseconds", sorted[^1]);
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
