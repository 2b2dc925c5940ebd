using Bunit;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Tests;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Training;

public sealed class LaunchViewTests : PageTest
{
    /// <summary>No setting has its usual value, so that none can be forgotten.</summary>
    internal static readonly TrainingPlan Unusual = new()
    {
        Layers = TrainedLayers.LastStages,
        LastStageCount = 3,
        Backbone = "another",
        Epochs = 7,
        BatchSize = 12,
        HeadLearningRate = 2e-3,
        BackboneLearningRate = 1e-4,
        HeadPenalty = 0.2,
        WeightDecay = 0.02,
        LabelSmoothing = 0.08,
        Dropout = 0.3,
        WarmupShare = 0.15,
        ClassBalanced = false,
        MirrorFlip = false,
        RandomCrop = true,
        ColourChange = 0.25,
        Rehearsal = RehearsalMemory.Herding,
        ExemplarsPerClass = 30,
        DistillationWeight = 0.5,
        DistillationTemperature = 3,
        TrainsOnFewOldImages = true,
        SidePx = 160,
        Patience = 4,
        MinimumEpochs = 5,
        Seed = 11,
        TimeLimit = TimeSpan.FromMinutes(9),
    };

    public LaunchViewTests()
    {
        var another = BackboneDescriptor.EfficientNetLite0 with { Name = "another", Title = "Another" };
        Services.AddSingleton(new BackboneRegistry("nowhere", [.. BackboneRegistry.Shipped, another]));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LikeARun_TakesAllItsSettings_AndWhatIsChangedThenIsTheNewRunsAlone()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        await AddLabelledAsync(project);
        NothingIsMeasured();
        var queue = Services.GetRequiredService<TrainingQueue>();
        var first = await Services.GetRequiredService<RunLaunch>().LaunchAsync(UserId, project, new LaunchRequest(Unusual, "First", FromPretrained: true), Token);

        var view = Render<LaunchView>(p => p.Add(v => v.ProjectId, project).Add(v => v.Like, first));
        view.WaitForElement(".settings");
        Assert.Equal(Unusual, view.FindComponent<PlanForm>().Instance.Plan);
        view.Do(() => view.FindAll("label").Single(label => label.TextContent.StartsWith("Epochs", StringComparison.Ordinal)).QuerySelector("input")!.Change("12"));
        view.Do(() => view.FindAll("button").Single(button => button.TextContent.Contains("Train on 8 images", StringComparison.Ordinal)).Click());

        var navigation = Services.GetRequiredService<NavigationManager>();
        view.WaitForAssertion(() => Assert.Contains("/runs/", navigation.Uri, StringComparison.Ordinal));
        var second = Guid.Parse(navigation.Uri[(navigation.Uri.LastIndexOf('/') + 1)..]);
        Assert.Equal(Unusual with { Epochs = 12 }, (await queue.GetAsync(UserId, second, Token)).Plan);
        Assert.Equal(Unusual, (await queue.GetAsync(UserId, first, Token)).Plan);
        Assert.Equal(Unusual, TrainingPlan.FromJson(await File.ReadAllTextAsync(PlanFileOf(first), Token)));
        Assert.Equal(Unusual with { Epochs = 12 }, TrainingPlan.FromJson(await File.ReadAllTextAsync(PlanFileOf(second), Token)));
        // The page's own attempt has ended when this has: nothing touches the folder any more.
        Assert.Null(await Services.GetRequiredService<RunEstimates>().CostAsync(null, Token));
    }

    [Fact]
    public void Unusual_DiffersFromTheUsualPlanInEverySetting()
    {
        var settings = typeof(TrainingPlan).GetProperties().Where(property => property.CanWrite);

        Assert.All(settings, property => Assert.NotEqual(property.GetValue(new TrainingPlan()), property.GetValue(Unusual)));
    }

    [Fact]
    public async Task ModelIsExtendedByNewClasses_BeginsWithTheRecipeForThem()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        var classIds = await AddLabelledAsync(project);
        await PromoteAsync(project, classIds[0]);
        NothingIsMeasured();
        var recipe = TrainingPlan.ForAddedClasses(8);

        var view = Render<LaunchView>(p => p.Add(v => v.ProjectId, project));
        view.WaitForElement(".settings");

        Assert.Equal(recipe, view.FindComponent<PlanForm>().Instance.Plan);
        var chosen = view.Find(".presets button.on").TextContent;
        Assert.Contains("for added classes", chosen, StringComparison.Ordinal);
        Assert.Contains("4 epochs from the promoted model", chosen, StringComparison.Ordinal);
        // Four images of the only old class: the run will not train the backbone, and says so before it is launched.
        Assert.Contains("Only 4 images of a class", view.Find("[data-testid=backbone-still]").TextContent, StringComparison.Ordinal);
        view.Do(() => view.FindAll("input[name=start]")[1].Change(true));
        view.WaitForAssertion(() => Assert.Equal(TrainingPlan.Balanced, view.FindComponent<PlanForm>().Instance.Plan));
        view.WaitForAssertion(() => Assert.Empty(view.FindAll("[data-testid=backbone-still]")));
        view.Do(() => view.FindAll("input[name=start]")[0].Change(true));
        view.WaitForAssertion(() => Assert.Equal(recipe, view.FindComponent<PlanForm>().Instance.Plan));
        Assert.Null(await Services.GetRequiredService<RunEstimates>().CostAsync(null, Token));
    }

    [Fact]
    public async Task ClassLeftOut_IsNotTrained_AndTakenOverByARunLikeIt()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        await AddLabelledAsync(project);
        var coat = await AddClassAsync(project, "coat");
        NothingIsMeasured();
        var view = Render<LaunchView>(p => p.Add(v => v.ProjectId, project));
        view.WaitForElement(".settings");

        await view.InvokeAsync(() => view.Find("input[aria-label='Train coat']").Change(false));
        view.WaitForAssertion(() => Assert.Contains("1 class is left out", view.Find("[data-testid=left-out]").TextContent, StringComparison.Ordinal));
        await view.InvokeAsync(() => view.FindAll("button").Single(button => button.TextContent.Contains("Train on 8 images", StringComparison.Ordinal)).Click());

        var navigation = Services.GetRequiredService<NavigationManager>();
        view.WaitForAssertion(() => Assert.Contains("/runs/", navigation.Uri, StringComparison.Ordinal));
        var run = Guid.Parse(navigation.Uri[(navigation.Uri.LastIndexOf('/') + 1)..]);
        Assert.Equal([coat], (await Services.GetRequiredService<TrainingQueue>().GetAsync(UserId, run, Token)).LeftOut.Select(item => item.Id));
        var like = Render<LaunchView>(p => p.Add(v => v.ProjectId, project).Add(v => v.Like, run));
        like.WaitForElement(".settings");
        Assert.False(like.Find("input[aria-label='Train coat']").HasAttribute("checked"));
        Assert.True(like.Find("input[aria-label='Train hat']").HasAttribute("checked"));
        Assert.Null(await Services.GetRequiredService<RunEstimates>().CostAsync(null, Token));
    }

    [Fact]
    public async Task SeveralClasses_OldClassThatOnlyCombinationsShow_IsNotTakenForLost()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        var names = new List<Guid>();
        foreach (var name in new[] { "hat", "shoe", "coat" })
        {
            names.Add((await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, project, new NewClass(name), Token)).Id);
        }
        Guid hatAndShoe = await CombineAsync(project, names[0], names[1]), hatAndCoat = await CombineAsync(project, names[0], names[2]);
        await LabelAsync(project, (hatAndShoe, 25), (names[2], 25), (hatAndCoat, 1));
        await PromoteAsync(project, names[0], names[1], hatAndShoe);
        NothingIsMeasured();

        var view = Render<LaunchView>(p => p.Add(v => v.ProjectId, project));
        view.WaitForElement(".settings");

        Assert.Contains("1 new class is added", view.Find("fieldset.start").TextContent, StringComparison.Ordinal);
        Assert.Empty(view.FindAll("[data-testid=backbone-still]"));
    }

    private async Task<Guid> CombineAsync(Guid projectId, params Guid[] classIds)
    {
        var id = Guid.Empty;
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            async (db, token) =>
            {
                var combinations = await Combinations.ReadAsync(db, projectId, token);
                id = combinations.LabelOf(classIds, 1, DateTime.UnixEpoch);
                await combinations.SaveAsync(db, new HashSet<Guid> { id }, token);
            },
            Token);
        return id;
    }

    private async Task LabelAsync(Guid projectId, params (Guid LabelId, int Count)[] labels)
    {
        var batch = await Services.GetRequiredService<ImageIntake>().StartBatchAsync(UserId, projectId, "rows", Token);
        var images = labels.SelectMany(label => Enumerable.Repeat(label.LabelId, label.Count)).Select((labelId, number) =>
        {
            var image = TestImages.Record(projectId, batch, UserId, number);
            image.Split = Split.Train;
            image.GiveLabel(labelId, UserId, DateTime.UnixEpoch, 1);
            return image;
        }).ToList();
        await Services.GetRequiredService<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Token);
    }

    private async Task<Guid> AddClassAsync(Guid projectId, string name)
    {
        var id = (await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, projectId, new NewClass(name), Token)).Id;
        var batch = await Services.GetRequiredService<ImageIntake>().StartBatchAsync(UserId, projectId, "more rows", Token);
        var image = TestImages.Record(projectId, batch, UserId, 100);
        image.Split = Split.Train;
        image.GiveLabel(id, UserId, DateTime.UnixEpoch, 1);
        await Services.GetRequiredService<StudioWriter>().WriteAsync((db, _) => Task.FromResult(db.Images.Add(image)), Token);
        return id;
    }

    private string PlanFileOf(Guid runId) => Path.Combine(Services.GetRequiredService<StudioPaths>().RunFolder(runId), "plan.json");

    /// <summary>Estimates take seconds of the processor; where the folder for them is a file they are left out.</summary>
    private void NothingIsMeasured()
    {
        var folder = Services.GetRequiredService<StudioPaths>().Trainer;
        Directory.Delete(folder);
        File.WriteAllText(folder, "");
    }

    private async Task<Guid[]> AddLabelledAsync(Guid projectId)
    {
        var classes = Services.GetRequiredService<ClassCatalog>();
        Guid[] ids = [(await classes.CreateAsync(UserId, projectId, new NewClass("hat"), Token)).Id, (await classes.CreateAsync(UserId, projectId, new NewClass("shoe"), Token)).Id];
        var batch = await Services.GetRequiredService<ImageIntake>().StartBatchAsync(UserId, projectId, "rows", Token);
        var images = Enumerable.Range(0, 8).Select(number => TestImages.Record(projectId, batch, UserId, number)).ToList();
        foreach (var (index, image) in images.Index())
        {
            image.Split = Split.Train;
            image.GiveLabel(ids[index % 2], UserId, DateTime.UnixEpoch, 1);
        }

        await Services.GetRequiredService<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Token);
        return ids;
    }

    /// <summary>A promoted model of these labels; nothing looks into its weights.</summary>
    private async Task PromoteAsync(Guid projectId, params Guid[] labelIds)
    {
        var modelId = Guid.CreateVersion7();
        var manifest = new ModelManifest
        {
            ModelId = modelId,
            DatasetSnapshotId = Guid.CreateVersion7(),
            RunId = modelId,
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = "efficientnet-lite0",
            Classes = [.. labelIds.Select((id, index) => new ClassEntry(id, $"Label {index}", index))],
            SidePx = 64,
            PreprocessingVersion = 1,
            Plan = new TrainingPlan(),
            WeightsHash = "00",
            BackboneIsPretrained = true,
        };
        ModelFolder.Write(
            Services.GetRequiredService<StudioPaths>().ModelFolder(modelId),
            manifest,
            new Dictionary<string, WeightTensor>(),
            LinearHead.Zero(ClassIndexMap.Of(labelIds), 2),
            path => File.WriteAllText(path, "a graph"));
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            async (db, token) =>
            {
                var project = await db.Projects.SingleAsync(item => item.Id == projectId, token);
                (project.ProductionModelId, project.ProductionModel) = (modelId, "Model 1");
            },
            Token);
    }
}
