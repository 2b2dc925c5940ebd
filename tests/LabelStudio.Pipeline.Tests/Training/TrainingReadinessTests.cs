using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class TrainingReadinessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launch_DatasetVersionOfAnotherProject_IsRefusedAndQueuesNothing()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var foreign = await studio.Get<DatasetSnapshots>().CreateAsync(studio.ProjectId, Token);
        var otherProject = await studio.Get<ProjectCatalog>().CreateAsync(studio.UserId, new NewProject("Other", "", ""), Token);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<RunLaunch>().LaunchAsync(
            studio.UserId, otherProject, new LaunchRequest(TrainingPlan.Quick, null, false, foreign.Id), Token));

        Assert.Contains("belongs to another project", error.Message, StringComparison.Ordinal);
        Assert.Empty(await studio.Get<TrainingQueue>().ListAsync(studio.UserId, otherProject, Token));
    }

    [Fact]
    public async Task Launch_EveryOldImageDeleted_ExtendsTheModelByOneNewClass()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await PromoteAsync(studio, await LabelAndDeleteAsync(studio), keepsSums: true);
        var bowl = await AddNewClassAsync(studio);
        var launch = studio.Get<RunLaunch>();

        var preflight = await launch.PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);
        await launch.LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Balanced, null, FromPretrained: false), Token);
        var fromNothing = await Assert.ThrowsAsync<InvalidRequestException>(() =>
            launch.LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Balanced, null, FromPretrained: true), Token));

        Assert.Contains(preflight.Warnings, warning => warning.Contains("from the sums kept with the model", StringComparison.Ordinal));
        var run = (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;
        Assert.Equal([(bowl, true)], run.Classes.Select(item => (item.Id, item.IsNew)));
        Assert.Contains("at least one more class", fromNothing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_ChosenClasses_AreKeptWithTheRunAndTheOthersAsLeftOut()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var (launch, known) = (studio.Get<RunLaunch>(), await ClassesAsync(studio));
        var bowl = await AddNewClassAsync(studio);
        Guid[] chosen = [known[0], bowl];

        var preflight = await launch.PreflightAsync(studio.UserId, studio.ProjectId, null, chosen, Token);
        var all = await launch.PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);
        var run = await studio.Get<TrainingQueue>().GetAsync(studio.UserId, await launch.LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Quick, null, true) { ClassIds = chosen }, Token), Token);
        var claimed = (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;

        Assert.Equal(chosen, preflight.Classes.Select(item => item.ClassId));
        Assert.True(preflight.TrainCount < all.TrainCount);
        Assert.Equal(chosen, run.Classes.Select(item => item.Id));
        Assert.Equal(known.Except(chosen), run.LeftOut.Select(item => item.Id));
        Assert.Equal(chosen, claimed.Classes.Select(item => item.Id));
        Assert.Equal(known.Except(chosen), claimed.LeftOut.Select(item => item.Id));
        Assert.Contains("No class is chosen", await RefusedAsync([]), StringComparison.Ordinal);
        Assert.Contains("at least one more class", await RefusedAsync([bowl]), StringComparison.Ordinal);
        Assert.Contains("none that can be trained", await RefusedAsync([bowl, Guid.CreateVersion7()]), StringComparison.Ordinal);

        async Task<string> RefusedAsync(Guid[] ids) => (await Assert.ThrowsAsync<InvalidRequestException>(() =>
            launch.LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Quick, null, true) { ClassIds = ids }, Token))).Message;
    }

    [Fact]
    public async Task Preflight_EveryOldImageDeletedAndNoSumsKept_SaysWhatToDo()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await PromoteAsync(studio, await LabelAndDeleteAsync(studio), keepsSums: false);
        await AddNewClassAsync(studio);

        var preflight = await studio.Get<RunLaunch>().PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);

        Assert.False(preflight.CanTrain);
        Assert.Contains(preflight.Warnings, warning => warning.Contains("start from the pretrained weights", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForAddedClasses_PromotedModelLacksAClass_IsTheRecipeWhileItIsExtended()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var launch = studio.Get<RunLaunch>();
        await PromoteAsync(studio, await ClassesAsync(studio), keepsSums: true);
        var before = await launch.PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);
        await AddNewClassAsync(studio);

        var after = await launch.PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);

        Assert.Equal([1L, 1L, null], after.Classes.Select(item => item.KnownFrom));
        Assert.Null(before.ForAddedClasses(fromPretrained: false));
        Assert.Equal(TrainingPlan.Balanced with { Epochs = 4 }, after.ForAddedClasses(fromPretrained: false));
        Assert.Null(after.ForAddedClasses(fromPretrained: true));
        Assert.Null((after with { FrozenExtractor = "own" }).ForAddedClasses(fromPretrained: false));
    }

    [Theory]
    [InlineData(2999, 4)]
    [InlineData(3000, 2)]
    public void ForAddedClasses_ManyImages_TakesFewerEpochs(int images, int epochs)
    {
        ClassReadiness[] classes = [new(Guid.CreateVersion7(), "Cup", "#000", images - 10, 0, 0, IsNew: false), new(Guid.CreateVersion7(), "Bowl", "#000", 10, 0, 0, IsNew: true)];

        Assert.Equal(epochs, new Preflight(classes, Guid.CreateVersion7(), "Model 1", 0, [], null).ForAddedClasses(fromPretrained: false)!.Epochs);
    }

    private static async Task<Guid[]> LabelAndDeleteAsync(ModelStudio studio)
    {
        await LaunchedRuns.AddLabelledAsync(studio);
        await using var db = studio.Open();
        // Rows alone: these images never had files.
        await db.Images.ExecuteDeleteAsync(Token);
        return await ClassesAsync(studio);
    }

    private static async Task<Guid[]> ClassesAsync(ModelStudio studio)
    {
        await using var db = studio.Open();
        return await db.Classes.OrderBy(item => item.Position).Select(item => item.Id).ToArrayAsync(Token);
    }

    private static async Task<Guid> AddNewClassAsync(ModelStudio studio)
    {
        var classId = await studio.AddClassAsync("Bowl");
        var images = await studio.AddImagesAsync(6);
        await studio.LabelAsync([.. images.Select(image => (image.Id, (Guid?)classId))]);
        return classId;
    }

    /// <summary>A promoted model of these classes; nothing looks into its weights.</summary>
    private static async Task PromoteAsync(ModelStudio studio, Guid[] classIds, bool keepsSums)
    {
        var modelId = Guid.CreateVersion7();
        var classes = ClassIndexMap.Of(classIds);
        var manifest = new ModelManifest
        {
            ModelId = modelId,
            DatasetSnapshotId = Guid.CreateVersion7(),
            RunId = modelId,
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = "efficientnet-lite0",
            Classes = [.. classIds.Select((id, index) => new ClassEntry(id, $"Class {index}", index))],
            SidePx = 64,
            PreprocessingVersion = 1,
            Plan = new TrainingPlan(),
            WeightsHash = "00",
            BackboneIsPretrained = true,
        };
        ModelFolder.Write(
            studio.Paths.ModelFolder(modelId),
            manifest,
            new Dictionary<string, WeightTensor>(),
            LinearHead.Zero(classes, 2),
            path => File.WriteAllText(path, "a graph"),
            keepsSums ? ClosedFormSums.Of(classIds, [1, 2, 2, 1], 2) : null);
        await using var db = studio.Open();
        var project = await db.Projects.SingleAsync(item => item.Id == studio.ProjectId, Token);
        (project.ProductionModelId, project.ProductionModel) = (modelId, "Model 1");
        await db.SaveChangesAsync(Token);
    }
}
