using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class RunTimeLimitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("time-limit-").FullName;
    private readonly Guid[] _classes = [.. Enumerable.Range(1, 2).Select(number => new Guid(number, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(TrainedLayers.HeadOnly, "with more minutes or fewer images.")]
    [InlineData(TrainedLayers.LastStages, "with more minutes, a smaller image side or fewer images.")]
    public async Task Execute_TimeIsUpBeforeTheFirstEpochEnds_FailsWithAdviceInsteadOfMakingAModel(TrainedLayers layers, string advice)
    {
        var files = new MemoryRunFiles(_classes, 10, 2);
        var plan = TrainedModels.Plan with { Layers = layers, LastStageCount = 1, SidePx = 64, TimeLimit = TimeSpan.FromTicks(1) };

        var error = await Assert.ThrowsAsync<RunFailedException>(() => new RunExecution(layers == TrainedLayers.HeadOnly ? files : new ImagesOnly(files), TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes) with { Plan = plan }, TrainedModels.OptionsIn(_folder), _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token));

        Assert.Equal(StopReason.TimeLimit, error.Reason);
        Assert.StartsWith("The time limit of 0 min was reached before the first epoch was finished", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(advice, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Each picture takes a minute to come.</summary>
    [Fact]
    public async Task Execute_TimeIsUpWhileImagesAreFetched_EndsThereAndSaysSo()
    {
        var clock = new FakeTimeProvider();
        var files = new ImagesOnly(new MemoryRunFiles(_classes, 10, 2), () => clock.Advance(TimeSpan.FromMinutes(1)));
        var plan = TrainedModels.Plan with { Layers = TrainedLayers.LastStages, LastStageCount = 1, SidePx = 64, TimeLimit = TimeSpan.FromMinutes(5) };

        var error = await Assert.ThrowsAsync<RunFailedException>(() => new RunExecution(files, TestDevice.Chosen, clock).ExecuteAsync(
            TrainedModels.Assign(_classes) with { Plan = plan }, TrainedModels.OptionsIn(_folder), _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token));

        Assert.Equal(StopReason.TimeLimit, error.Reason);
        Assert.StartsWith("The time limit of 5 min was reached before the first epoch was finished", error.Message, StringComparison.Ordinal);
        // Four are fetched at a time.
        Assert.InRange(files.Reads, 5, 9);
    }

    /// <summary>Two of the three minutes go before the training; two epochs of half a minute each are left.</summary>
    [Fact]
    public async Task Execute_TimeLimit_CountsWhatComesBeforeTheTraining()
    {
        var clock = new FakeTimeProvider();
        var epochs = 0;
        var files = new ImagesOnly(new MemoryRunFiles(_classes, 6, 2), () => clock.Advance(TimeSpan.FromSeconds(6)));
        var options = TrainedModels.OptionsIn(_folder) with { OpenEmbedder = (_, _, sidePx) => new WideEmbedder(sidePx) };

        var result = await new RunExecution(files, TestDevice.Chosen, clock).ExecuteAsync(
            TrainedModels.Assign(_classes) with { Plan = TrainedModels.Plan with { Epochs = 20, Patience = 0, TimeLimit = TimeSpan.FromMinutes(3) } },
            options,
            happened =>
            {
                if (happened is EpochCompleted)
                {
                    epochs++;
                    clock.Advance(TimeSpan.FromSeconds(30));
                }
            },
            new RunStop(CancellationToken.None, CancellationToken.None),
            Token);

        Assert.Equal(20, files.Reads);
        Assert.Equal((StopReason.TimeLimit, 2), (result!.Reason, epochs));
    }
}
