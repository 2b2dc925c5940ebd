using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>
/// Three classes and a combination of them are learned. Then join: a combination of old classes, a class that is shown with an
/// old one alone, and what the two are together.
/// </summary>
public sealed class CombinationGrowthTests
{
    private const int Size = 64, Old = 4;
    private readonly RandomSets _data = new(4, Size, seed: 3, [0, 1], [1, 2], [2, 3]);
    private readonly ClassIndexMap _oldLabels, _labels;
    private readonly EmbeddingSet _known, _added;
    private readonly LinearHead _old;

    public CombinationGrowthTests()
    {
        var ids = _data.Ids;
        _oldLabels = ClassIndexMap.Of([ids[0], ids[1], ids[2], ids[4]]);
        _labels = _oldLabels.Append([ids[3], ids[5], ids[6]]);
        _known = Renumbered(_data.Draw(40, 40, 40, 0, 40), _oldLabels);
        _added = Renumbered(_data.Draw(0, 0, 0, 0, 0, 10, 40), _labels);
        _old = HeadTrainer.Run(
            TrainingPlan.Quick with { Epochs = 10, BatchSize = 16 }, LinearHead.Zero(_oldLabels, Size), _known, EmbeddingSet.Empty(Size), TestDevice.Chosen, _ => { }, TimeProvider.System,
            TestContext.Current.CancellationToken, combined: _data.Of(_oldLabels)).Best;
    }

    private StartSums Sums => StartSums.Of(_added, _labels, StartSums.Of(_known, _oldLabels, kept: null).Whole);

    [Fact]
    public void Grow_OldRows_StayBitForBitAndNewCombinationsAreSums()
    {
        var grown = Sums.Grow(_old, _labels, seed: 1, _data.Of(_labels));

        Assert.Equal(_old.Weight, grown.Weight[..(Old * Size)]);
        Assert.Equal(_old.Bias, grown.Bias[..Old]);
        Assert.Contains(grown.Row(Old).ToArray(), weight => weight != 0);
        Assert.Equal(_data.Of(_labels)!.WithSums(grown, from: 0).Weight, grown.Weight);
    }

    /// <summary>No image shows the new class alone: its row comes from those that show it with another.</summary>
    [Fact]
    public void Grow_NewClassShownWithOthersAlone_IsTold()
    {
        var grown = Sums.Grow(_old, _labels, seed: 1, _data.Of(_labels));

        var test = Renumbered(_data.Draw(50, 50, 50, 0, 50, 50, 50), _labels);
        Assert.InRange(Right(grown, test, target => target == 6), 0.7, 1);
        Assert.InRange(Right(grown, test, target => target < Old), 0.6, 1);
    }

    [Fact]
    public void Grow_OnlyACombinationOfOldClasses_LearnsNothing()
    {
        var labels = _oldLabels.Append([_data.Ids[5]]);
        var combined = _data.Of(labels)!;
        // Nothing is known of any image, and nothing needs to be.
        var grown = new StartSums(ClosedFormSums.Of([], [], Size), []).Grow(_old, labels, seed: 1, combined);
        var fromSums = StartSums.Of(Renumbered(_data.Draw(0, 0, 0, 0, 0, 10), labels), labels, Sums.Whole).Grow(_old, labels, seed: 2, combined);

        Assert.Equal(combined.WithSums(_old.GrowTo(labels), Old).Weight, grown.Weight);
        Assert.Equal(_old.Weight, grown.Weight[..(Old * Size)]);
        Assert.Equal(grown.Weight, fromSums.Weight);
        Assert.Equal(grown.Bias, fromSums.Bias);
        var test = Renumbered(_data.Draw(0, 0, 0, 0, 0, 100), labels);
        Assert.InRange(Right(grown, test, _ => true), 0.4, 1);
    }

    [Fact]
    public void WithDrawn_ClassAndCombinationLost_ShareWhatAClassHas()
    {
        var shown = _known.Only([.. Enumerable.Range(0, _known.Count).Where(row => _known.Targets[row] is 1 or 2)]);
        var sums = StartSums.Of(shown, _oldLabels, StartSums.Of(_known, _oldLabels, kept: null).Whole);

        var with = sums.WithDrawn(shown, _oldLabels, _oldLabels.ClassIds.ToHashSet(), seed: 1, _data.Of(_oldLabels));

        // 40 of a class are shown: 20 of the first class alone and 40 of it with the second, which has all it needs and lends none.
        var counts = with.Targets.CountBy(target => target).ToDictionary();
        Assert.Equal((20, 40, 40, 40), (counts[0], counts[1], counts[2], counts[3]));
    }

    [Fact]
    public void Grow_Afterwards_NoTensorIsAlive()
    {
        var sums = Sums;
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        sums.Grow(_old, _labels, seed: 1, _data.Of(_labels));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>Targets are indices of these labels; images of others are left out.</summary>
    private EmbeddingSet Renumbered(EmbeddingSet set, ClassIndexMap labels)
    {
        var known = set.Only([.. Enumerable.Range(0, set.Count).Where(row => labels.IndexOf(_data.Ids[set.Targets[row]]) >= 0)]);
        return new EmbeddingSet(known.Count, Size, known.Embeddings, [.. known.Targets.Select(target => labels.IndexOf(_data.Ids[target]))]);
    }

    private static double Right(LinearHead head, EmbeddingSet test, Func<int, bool> isMeant)
    {
        var logits = new float[test.Count * head.Classes.Count];
        head.Logits(test.Embeddings, test.Count, logits);
        return Enumerable.Range(0, test.Count).Where(row => isMeant(test.Targets[row]))
            .Average(row => ModelEvaluation.Predicted(logits.AsSpan(row * head.Classes.Count, head.Classes.Count)) == test.Targets[row] ? 1.0 : 0);
    }
}
