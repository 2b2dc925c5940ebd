namespace LabelStudio.Learning.Training;

/// <summary>Fills a batch on another thread while the one before it is trained on.</summary>
internal static class BatchesAhead
{
    /// <summary>The batches of some rows, in order. Tensors are made, and chance is asked, on the caller's thread.</summary>
    /// <param name="rows">Rows of each batch.</param>
    /// <param name="choose">Makes a batch, and what fills it; the latter runs on a thread of the pool, one at a time.</param>
    /// <returns>Each batch belongs to whoever takes it; one that nobody took is disposed of.</returns>
    internal static IEnumerable<FineTuneBatch> Of(IEnumerable<int[]> rows, Func<int[], (FineTuneBatch Batch, Action Fill)> choose)
    {
        (FineTuneBatch Batch, Task Filled)? ahead = null;
        try
        {
            foreach (var some in rows)
            {
                ahead?.Filled.GetAwaiter().GetResult();
                var ready = ahead?.Batch;
                var (batch, fill) = choose(some);
                ahead = (batch, Task.Run(fill));
                if (ready is { } taken)
                {
                    yield return taken;
                }
            }
            if (ahead is { } last)
            {
                last.Filled.GetAwaiter().GetResult();
                ahead = null;
                yield return last.Batch;
            }
        }
        finally
        {
            if (ahead is { } left)
            {
                // Who stopped early need not learn that a batch he does not want could not be read.
                Task.WhenAny(left.Filled).GetAwaiter().GetResult();
                left.Batch.Dispose();
            }
        }
    }
}
