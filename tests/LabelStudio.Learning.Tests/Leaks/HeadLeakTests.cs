using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Leaks;

public sealed class HeadLeakTests
{
    [Fact]
    public void HeadTrainer_FiftyEpochs_LeavesNoTensorAliveAndStaysFlatBetweenEpochs()
    {
        var data = new RandomEmbeddings(3, 32, seed: 1);
        var (embeddings, targets) = data.Many(64);
        var images = new EmbeddingSet(64, 32, embeddings, targets);
        List<long> alive = [];
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        HeadTrainer.Run(
            TrainingPlan.Quick with { Epochs = 50, BatchSize = 16, Patience = 0, DistillationWeight = 1, Dropout = 0.1 },
            LinearHead.Zero(ClassIndexMap.Of(data.ClassIds), 32),
            images,
            images,
            TestDevice.Chosen,
            happened =>
            {
                if (happened is EpochCompleted)
                {
                    alive.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
                }
            },
            TimeProvider.System,
            TestContext.Current.CancellationToken,
            oldClasses: 2);

        Assert.Equal(50, alive.Count);
        Assert.Single(alive.Distinct());
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void StreamingLdaHead_ManySolves_LeavesNoTensorAlive()
    {
        var data = new RandomEmbeddings(3, 32, seed: 2);
        var (embeddings, targets) = data.Many(60);
        var head = new StreamingLdaHead(32);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var round = 0; round < 20; round++)
        {
            head.AddRange([.. targets.Select(target => data.ClassIds[target])], embeddings);
            Assert.NotNull(head.Solve());
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
