using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class BusyTrainingTests
{
    private const int People = 10;
    private const int LabelsEach = 12;
    private const int Imported = 40;
    private const int Epochs = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TenPeopleLabelling_WhileAnImportAndARunGoOn_MeetNoError()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var images = await studio.AddImagesAsync(People * LabelsEach);
        var people = await Task.WhenAll(Enumerable.Range(0, People).Select(_ => studio.AddUserAsync(StudioRole.Annotator)));
        var cup = (await studio.Get<ClassCatalog>().ListAsync(studio.UserId, studio.ProjectId, Token))[0].Id;
        var batch = await studio.Get<ImageIntake>().StartBatchAsync(studio.UserId, studio.ProjectId, "import", Token);
        var runId = await LaunchedRuns.LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);

        var labelling = people.Select((person, number) => Task.Run(() => LabelAsync(studio, person, images[(number * LabelsEach)..((number + 1) * LabelsEach)], cup)));
        var import = Enumerable.Range(0, Imported).Select(number => Task.Run(() => studio.Get<ImageIntake>().AddAsync(
            studio.UserId, studio.ProjectId, batch, $"{number}.png", TestImages.PngStream(number), null, Token)));
        var training = Task.Run(() => TrainAsync(studio, runId));
        var outcomes = await Task.WhenAll(labelling);
        var imported = await Task.WhenAll(import);
        await training;

        Assert.All(outcomes.SelectMany(outcome => outcome), outcome => Assert.Equal(DecisionOutcome.Saved, outcome));
        Assert.All(imported, result => Assert.Equal(ImportOutcome.Added, result.Outcome));
        var counts = await studio.Get<ImageLibrary>().CountsAsync(studio.UserId, studio.ProjectId, Token);
        Assert.Equal((People * LabelsEach) + 18, counts.Labelled);
        Assert.Equal(Epochs + 1, (await File.ReadAllLinesAsync(Path.Combine(studio.Paths.RunFolder(runId), "metrics.csv"), Token)).Length);
        Assert.Equal(RunState.Cancelled, await LaunchedRuns.StateAsync(studio, runId));
    }

    private static async Task<List<DecisionOutcome>> LabelAsync(ModelStudio studio, Guid person, ImageRecord[] images, Guid classId)
    {
        var outcomes = new List<DecisionOutcome>();
        foreach (var image in images)
        {
            var results = await studio.Get<ImageLabeller>().DecideAsync(
                person, studio.ProjectId, [new Decision(Guid.CreateVersion7(), image.Id, AnnotationKind.Label, classId, 0)], Token);
            outcomes.Add(results[0].Outcome);
        }

        return outcomes;
    }

    /// <summary>Reports as a trainer does, epoch by epoch, and ends when told to.</summary>
    private static async Task TrainAsync(ModelStudio studio, Guid runId)
    {
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.RecordAsync(runId, "worker", 1, [new RunStarted(Epochs, 10, 2, "CPU", [])], Token);
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            TrainingEvent[] events =
            [
                new BatchCompleted(epoch, 1, 2, 0.5, 100, 1),
                new EpochCompleted(epoch, Epochs, 0.5, 0.6, 0.9, 0.8, 0.7, [0.5, null], 1e-3, 0, 100, 1, true),
            ];
            await dispatch.RecordAsync(runId, "worker", 2 * epoch, events, Token);
        }

        await studio.Get<RunControl>().CancelAsync(studio.UserId, runId, keepBest: false, Token);
        await dispatch.CancelledAsync(runId, "worker", Token);
    }
}
