using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class ModelBeforeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("before-").FullName;
    /// <summary>The same at each run: drawn embeddings follow from the ids.</summary>
    private readonly Guid[] _classes = [.. Enumerable.Range(1, 4).Select(number => new Guid(number, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string PromotedFolder => Path.Combine(_folder, "promoted-model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Ask_FromPretrainedWeights_ComparesWithThePromotedModelOnTheSameImages()
    {
        var promoted = TrainedModels.Assign([_classes[2], _classes[0], _classes[1]]);
        await TrainedModels.TrainAsync(promoted, new MemoryRunFiles(_classes[..3], 40, 10), PromotedFolder);
        var rebuilt = Path.Combine(_folder, "rebuilt-model");

        // Without the first class and with one that is new, and in another order than the promoted model's.
        await TrainedModels.TrainAsync(TrainedModels.Assign(_classes[1..]), new MemoryRunFiles(_classes[1..], 40, 10, promotedFolder: PromotedFolder), rebuilt);

        var report = (await EvaluationFiles.ReadReportAsync(rebuilt, Token))!;
        var comparison = report.Comparison!;
        Assert.Equal((promoted.ModelId, false), (comparison.ParentModelId, comparison.IsParent));
        Assert.Equal([(_classes[1], false), (_classes[2], false), (_classes[3], true)], report.Classes.Select(item => (item.Id, item.IsNew)));
        Assert.Equal(_classes[1..3], comparison.OldClasses.Select(item => item.ClassId));
        Assert.All(comparison.OldClasses, item => Assert.True(item.RecallBefore > 0.9, $"{item.RecallBefore}"));
        Assert.True(comparison.NewClassesAfter > 0.9);
        Assert.Equal(0, comparison.ParentMetrics.Classes[2].Recall);
        Assert.Equal([0, 0, 0, 0], comparison.ParentMetrics.Confusion[3]);
        var predictions = await EvaluationFiles.ReadPredictionsAsync(rebuilt, Token);
        Assert.All(predictions, item => Assert.Contains(item.ParentPredicted!.Value, _classes[..3]));
    }

    [Fact]
    public async Task Ask_PromotedModelThatCannotBeAsked_SaysSoAndGoesOnWithoutAComparison()
    {
        Directory.CreateDirectory(PromotedFolder);
        var lines = new List<TrainingEvent>();

        var result = await new RunExecution(new MemoryRunFiles(_classes[..2], 40, 5, promotedFolder: PromotedFolder), TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes[..2]), TrainedModels.OptionsIn(_folder), lines.Add, new RunStop(CancellationToken.None, CancellationToken.None), Token);

        Assert.Null(result!.Test.Before);
        Assert.Contains(lines.OfType<LogWritten>(), line => line.Text.StartsWith("The promoted model could not be asked about the test images", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnValidation_EmbeddingsMissingOrNotToBeRead_GoesOnWithoutMarks(bool isMissing)
    {
        var parent = TrainedModels.Assign(_classes[..2]);
        await TrainedModels.TrainAsync(parent, new MemoryRunFiles(_classes[..2], 40, 5), PromotedFolder);
        var files = new MemoryRunFiles(_classes[..3], 40, 5, PromotedFolder) { OnValidationAlone = () => isMissing ? true : throw new IOException("The server is busy.") };
        var events = new List<TrainingEvent>();

        var result = await new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes[..3], parent.ModelId), TrainedModels.OptionsIn(_folder), events.Add, new RunStop(CancellationToken.None, CancellationToken.None), Token);

        Assert.NotNull(result!.Test.Before);
        Assert.Empty(Assert.Single(events.OfType<RunStarted>()).AccuracyBefore);
        Assert.Equal(isMissing ? 0 : 1, events.OfType<LogWritten>().Count(line => line.Text.EndsWith("without its marks. The server is busy.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ask_FetchOfThePromotedModelTakesTooLong_GoesOnWithoutAComparison()
    {
        // So an HTTP client tells that its patience has ended, though nobody dropped the run.
        var files = new MemoryRunFiles(_classes[..2], 40, 5) { PromotedFailure = new TaskCanceledException("The request took too long.") };

        var result = await new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes[..2]), TrainedModels.OptionsIn(_folder), _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token);

        Assert.Null(result!.Test.Before);
    }
}
