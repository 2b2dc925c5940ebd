using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>A few dozen images a class on embeddings of full length: far more numbers than images.</summary>
public sealed class SmallDataTests
{
    private const int Size = 1280, OldClasses = 6, Classes = 7;
    private readonly RandomEmbeddings _data = new(Classes, Size, seed: 5);
    private readonly List<EpochCompleted> _epochs = [];

    [Fact]
    public void Run_FirstTraining_LossDoesNotRise()
    {
        var (train, validation) = (Draw(168, Classes), Draw(63, Classes));

        Run(LinearHead.Zero(Map(Classes), Size), train, validation);

        AssertLossDoesNotRise();
        Assert.True(_epochs[^1].ValidationAccuracy >= _epochs.Max(epoch => epoch.ValidationAccuracy) - 0.03);
    }

    [Fact]
    public void Run_NewClassWithRowsOfTheLiveHead_IsKeptToTheEnd()
    {
        var (train, validation) = (Draw(168, Classes), Draw(63, Classes));
        var parent = Run(LinearHead.Zero(Map(OldClasses), Size), Draw(144, OldClasses), Draw(54, OldClasses)).Best;
        var grown = StartSums.Of(train, Map(Classes), kept: null).Grow(parent, Map(Classes), seed: 1);
        _epochs.Clear();

        Run(grown, train, validation);

        AssertLossDoesNotRise();
        var recalls = _epochs.ConvertAll(epoch => epoch.PerClassAccuracy[OldClasses]!.Value);
        Assert.True(recalls[^1] >= 0.85 && recalls.Min() >= 0.5, $"the new class's recall: {string.Join(" ", recalls)}");
    }

    /// <summary>A twentieth of a nat is what the draw of the last images of an epoch makes up.</summary>
    private void AssertLossDoesNotRise()
    {
        var lowest = double.MaxValue;
        foreach (var epoch in _epochs)
        {
            Assert.True(epoch.TrainLoss <= lowest + 0.05, $"epoch {epoch.Epoch}: {string.Join(" ", _epochs.Select(item => item.TrainLoss.ToString("F3", System.Globalization.CultureInfo.InvariantCulture)))}");
            lowest = Math.Min(lowest, epoch.TrainLoss);
        }
    }

    private HeadTrainingResult Run(LinearHead start, EmbeddingSet train, EmbeddingSet validation) => HeadTrainer.Run(
        TrainingPlan.Quick with { Patience = 0 }, start, train, validation, TestDevice.Chosen,
        happened =>
        {
            if (happened is EpochCompleted epoch)
            {
                _epochs.Add(epoch);
            }
        },
        TimeProvider.System, TestContext.Current.CancellationToken);

    private ClassIndexMap Map(int classes) => ClassIndexMap.Of(_data.ClassIds[..classes]);

    private EmbeddingSet Draw(int count, int classes)
    {
        var targets = Enumerable.Range(0, count).Select(row => row % classes).ToArray();
        return new EmbeddingSet(count, Size, [.. targets.SelectMany(_data.Next)], targets);
    }
}
