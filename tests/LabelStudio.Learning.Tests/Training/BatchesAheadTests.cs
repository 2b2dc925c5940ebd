using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

public sealed class BatchesAheadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly int[][] Rows = [[1, 2], [3, 4], [5]];

    [Fact]
    public void Of_AllTaken_GivesEveryBatchOnceAndInOrder()
    {
        var seen = new List<long>();

        foreach (var next in BatchesAhead.Of(Rows, rows => (Batch(rows), () => { })))
        {
            using var batch = next;
            seen.AddRange(batch.Targets);
        }

        Assert.Equal([1L, 2, 3, 4, 5], seen);
    }

    [Fact]
    public void Of_WhileOneIsTrainedOn_FillsTheNextAndNoMore()
    {
        using var second = new ManualResetEventSlim();
        var fills = 0;
        void Fill()
        {
            if (Interlocked.Increment(ref fills) == 2)
            {
                second.Set();
            }
        }

        using var batches = BatchesAhead.Of(Rows, rows => (Batch(rows), Fill)).GetEnumerator();

        Assert.True(batches.MoveNext());
        using var first = batches.Current;

        Assert.True(second.Wait(Patience, TestContext.Current.CancellationToken), "the second batch was not filled while the first was in hand");
        Assert.Equal(2, Volatile.Read(ref fills));
    }

    [Fact]
    public void Of_LeftEarly_DisposesOfTheBatchThatNobodyTook()
    {
        var made = new List<FineTuneBatch>();

        foreach (var next in BatchesAhead.Of(Rows, rows =>
        {
            var batch = Batch(rows);
            made.Add(batch);
            return (batch, () => { });
        }))
        {
            next.Dispose();
            break;
        }

        Assert.Equal(2, made.Count);
        Assert.All(made, batch => Assert.True(batch.Features.IsInvalid));
    }

    [Fact]
    public void Of_BatchThatCannotBeRead_FailsWhereItWouldHaveBeenTaken()
    {
        var taken = 0;
        static void Fill(int[] rows) => _ = rows[0] == 3 ? throw new EndOfStreamException("the cache is too short") : 0;

        var error = Assert.Throws<EndOfStreamException>(() =>
        {
            foreach (var next in BatchesAhead.Of(Rows, rows => (Batch(rows), () => Fill(rows))))
            {
                next.Dispose();
                taken++;
            }
        });

        Assert.Equal("the cache is too short", error.Message);
        Assert.Equal(1, taken);
    }

    private static FineTuneBatch Batch(int[] rows) =>
        new(torch.zeros(rows.Length, 1, 1, 1), Array.ConvertAll(rows, row => (long)row), []);
}
