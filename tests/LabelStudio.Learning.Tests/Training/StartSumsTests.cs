using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Three classes are learned, then three more join of which alone images are shown.</summary>
public sealed class StartSumsTests
{
    private const int Size = 64, Old = 3, All = 6;
    private readonly RandomEmbeddings _data = new(All, Size, seed: 7);
    private readonly ClassIndexMap _all;
    private readonly EmbeddingSet _new;
    private readonly LinearHead _old;
    private readonly StartSums _sums;

    public StartSumsTests()
    {
        _all = ClassIndexMap.Of(_data.ClassIds);
        var (map, known) = (ClassIndexMap.Of(_data.ClassIds[..Old]), Draw(300, target => target < Old));
        _new = Draw(300, target => target >= Old);
        _old = HeadTrainer.Run(
            TrainingPlan.Quick with { Epochs = 10, BatchSize = 16 }, LinearHead.Zero(map, Size), known, EmbeddingSet.Empty(Size), TestDevice.Chosen, _ => { }, TimeProvider.System, TestContext.Current.CancellationToken).Best;
        _sums = StartSums.Of(_new, _all, StartSums.Of(known, map, kept: null).Whole);
    }

    [Fact]
    public void Of_OldImagesAreGone_FillsTheirClassesIn() => Assert.Equal(_data.ClassIds[..Old], _sums.FilledIn);

    [Fact]
    public void Grow_OldRows_StayBitForBit()
    {
        var grown = _sums.Grow(_old, _all, seed: 1);

        Assert.Equal(_old.Weight, grown.Weight[..(Old * Size)]);
        Assert.Equal(_old.Bias, grown.Bias[..Old]);
    }

    /// <summary>Classes that join later must leave the earlier ones their images.</summary>
    [Fact]
    public void Grow_NoOldImageLeft_TellsAllClassesApart() =>
        Assert.InRange(Accuracy(_sums.Grow(_old, _all, seed: 1), Draw(600, _ => true)), 0.9, 1);

    /// <summary>Training from rows much longer than the old ones never brings them into line, and ends lower.</summary>
    [Fact]
    public void Grow_NewRows_AreAboutAsLongAsOldOnes()
    {
        var lengths = _sums.Grow(_old, _all, seed: 1).RowNorms();

        Assert.InRange(lengths.Skip(Old).Max(), 0.1, 1.25 * lengths.Take(Old).Max());
    }

    /// <summary>Within what sums in another order do to a float32.</summary>
    [Fact]
    public void Grow_SameSeed_GivesTheSameRows()
    {
        var (first, second, other) = (_sums.Grow(_old, _all, seed: 1), _sums.Grow(_old, _all, seed: 1), _sums.Grow(_old, _all, seed: 2));

        Assert.All(first.Weight.Zip(second.Weight), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Contains(first.Weight.Zip(other.Weight), pair => Math.Abs(pair.First - pair.Second) > 1e-2f);
    }

    /// <summary>A class of which nothing is known yet has a row of zeros, and it stays one.</summary>
    [Fact]
    public void Grow_NewClassWithoutImages_HasARowOfZeros()
    {
        var more = _all.Append([new Guid(99, 0, 0, new byte[8])]);

        var grown = _sums.Grow(_old, more, seed: 1);

        Assert.All(grown.Row(All).ToArray(), weight => Assert.Equal(0f, weight));
        Assert.Contains(grown.Row(All - 1).ToArray(), weight => weight != 0);
    }

    [Fact]
    public void Grow_Afterwards_NoTensorIsAlive()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        _sums.Grow(_old, _all, seed: 1);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private EmbeddingSet Draw(int count, Func<int, bool> ofTarget)
    {
        var (embeddings, targets) = _data.Many(count);
        return new EmbeddingSet(count, Size, embeddings, targets).Only([.. Enumerable.Range(0, count).Where(row => ofTarget(targets[row]))]);
    }

    private static double Accuracy(LinearHead head, EmbeddingSet test)
    {
        var logits = new float[test.Count * All];
        head.Logits(test.Embeddings, test.Count, logits);
        return Enumerable.Range(0, test.Count).Count(row => ModelEvaluation.Predicted(logits.AsSpan(row * All, All)) == test.Targets[row]) / (double)test.Count;
    }
}
