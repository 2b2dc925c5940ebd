using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class RunExemplarsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("exemplars-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Three old classes of 40 images, of which one is lost; a memory of 5 each, with one image pinned by its class.</summary>
    [Fact]
    public async Task Execute_LimitedMemory_TellsTheIdsOfItsExemplars()
    {
        const int Budget = 5;
        Guid[] classes = [.. Enumerable.Range(1, 4).Select(number => new Guid(number, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))];
        var parentFolder = Path.Combine(_folder, "parent-model");
        var parentAssignment = TrainedModels.Assign(classes[..3]);
        await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(classes[..3], 40, 10), parentFolder);
        var files = new MemoryRunFiles(classes, 40, 5, parentFolder, lost: classes[1]) { ExampleIds = new HashSet<long> { 37 } };
        var assignment = TrainedModels.Assign(classes, parentAssignment.ModelId);
        var events = new List<TrainingEvent>();

        await new RunExecution(files, ComputeDevice.Cpu, TimeProvider.System).ExecuteAsync(
            assignment with { Plan = assignment.Plan with { Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = Budget } },
            TrainedModels.OptionsIn(_folder), events.Add, new RunStop(CancellationToken.None, CancellationToken.None), Token);

        var ids = events.OfType<ExemplarsChosen>().Single().ImageIds;
        var classOf = (await files.ReadDatasetAsync(Token)).Entries.Where(entry => entry.Split == Split.Train).ToDictionary(entry => entry.ImageId, entry => entry.ClassId);
        // What stands in for the lost class are drawn embeddings, not images.
        Assert.Equal([(classes[0], Budget), (classes[2], Budget)], ids.CountBy(id => classOf[id]).Select(pair => (pair.Key, pair.Value)));
        Assert.Contains(37, ids);
    }

    [Fact]
    public async Task ReadAsync_ClassByClass_AsTheyWereLearned()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var run = await LaunchedRuns.LaunchAsync(studio);
        var images = await TrainImagesAsync(studio);
        // Relabelled and deleted since.
        await studio.LabelAsync([(images[0].Id, images[1].LabelClassId)]);
        await DeleteAsync(studio, images[2].Id);
        studio.Get<TrainingMonitor>().Append(run, [new ExemplarsChosen { ImageIds = [images[0].Id, images[1].Id, images[2].Id, images[4].Id] }]);

        var exemplars = await studio.Get<RunExemplars>().ReadAsync(studio.UserId, run, Token);

        Assert.Equal(
            [(images[0].Id, "Cup", images[0].Sha256), (images[4].Id, "Cup", images[4].Sha256), (images[1].Id, "Plate", images[1].Sha256)],
            exemplars.Select(item => (item.ImageId, item.ClassName, item.Sha256)));
        Assert.Equal(images[0].LabelClassId, exemplars[0].ClassId);
    }

    /// <summary>That an image was learned would tell an annotator that it is a check.</summary>
    [Fact]
    public async Task ReadAsync_AHiddenCheckAmongThem_IsLeftOutForAnAnnotator()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var run = await LaunchedRuns.LaunchAsync(studio);
        var images = await TrainImagesAsync(studio);
        await studio.Get<KnownImages>().AddAsync(studio.UserId, studio.ProjectId, images[0].Id, Token);
        await studio.Get<QualityPlans>().SetAsync(studio.UserId, new QualityPlan { ProjectId = studio.ProjectId, KnownPercent = 20 }, Token);
        studio.Get<TrainingMonitor>().Append(run, [new ExemplarsChosen { ImageIds = [images[0].Id, images[2].Id] }]);
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);

        Assert.Equal([images[2].Id], (await studio.Get<RunExemplars>().ReadAsync(annotator, run, Token)).Select(item => item.ImageId));
        Assert.Equal([images[0].Id, images[2].Id], (await studio.Get<RunExemplars>().ReadAsync(studio.UserId, run, Token)).Select(item => item.ImageId));
    }

    [Fact]
    public async Task ReadAsync_NothingChosen_IsEmpty()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var run = await LaunchedRuns.LaunchAsync(studio);

        Assert.Empty(await studio.Get<RunExemplars>().ReadAsync(studio.UserId, run, Token));
    }

    [Fact]
    public async Task ReadAsync_OfAProjectThatOneMayNotSee_IsRefused()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var run = await LaunchedRuns.LaunchAsync(studio);

        await Assert.ThrowsAnyAsync<StudioException>(() => studio.Get<RunExemplars>().ReadAsync(Guid.CreateVersion7(), run, Token));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Get<RunExemplars>().ReadAsync(studio.UserId, Guid.CreateVersion7(), Token));
    }

    private static async Task<List<ImageRecord>> TrainImagesAsync(ModelStudio studio)
    {
        await using var db = studio.Open();
        return await db.Images.AsNoTracking().Where(image => image.Split == Split.Train).OrderBy(image => image.Id).ToListAsync(Token);
    }

    private static async Task DeleteAsync(ModelStudio studio, long imageId)
    {
        await using var db = studio.Open();
        await db.Images.Where(image => image.Id == imageId).ExecuteDeleteAsync(Token);
    }
}
