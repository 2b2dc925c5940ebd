using System.Text.Json;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>Cups and plates, bowls that are only seen with cups, forks of which there is no image, and cups with plates that are rare.</summary>
public sealed class CombinationReadinessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launch_ClassShownWithOthersAlone_IsTrainedWithItsCombination()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (cup, plate, bowl, _, cupAndBowl, cupAndPlate) = await LabelAsync(studio);

        var run = await ClaimAsync(studio, classIds: null);

        Assert.Equal([cup, plate, bowl, cupAndBowl, cupAndPlate], run.Classes.Select(item => item.Id));
        Assert.Equal<IReadOnlyList<Guid>?>([null, null, null, [cup, bowl], [cup, plate]], [.. run.Classes.Select(item => item.MemberIds)]);
        Assert.Empty(run.LeftOut);
    }

    [Fact]
    public async Task Launch_ClassLeftOut_LeavesItsCombinationsOut()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (cup, plate, bowl, _, cupAndBowl, cupAndPlate) = await LabelAsync(studio);

        var run = await ClaimAsync(studio, [cup, plate]);

        Assert.Equal([cup, plate, cupAndPlate], run.Classes.Select(item => item.Id));
        Assert.Equal([bowl, cupAndBowl], run.LeftOut.Select(item => item.Id));
    }

    [Fact]
    public async Task Preflight_Combinations_AreCountedAtTheirClassesAndWarnOfNothing()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (cup, plate, bowl, fork, cupAndBowl, _) = await LabelAsync(studio);

        var preflight = await studio.Get<RunLaunch>().PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);
        var without = await studio.Get<RunLaunch>().PreflightAsync(studio.UserId, studio.ProjectId, null, [cup, plate], Token);

        var byId = preflight.Classes.ToDictionary(item => item.ClassId);
        Assert.Equal((6, 13), (byId[cup].Train, byId[cup].AllTrain));
        Assert.Equal((0, 6, 3), (byId[bowl].Train, byId[bowl].AllTrain, byId[bowl].AllTest));
        Assert.Equal((6, 6), (byId[cupAndBowl].Train, byId[cupAndBowl].AllTrain));
        // Every image counts once.
        Assert.Equal(6 + 6 + 6 + 1, preflight.TrainCount);
        Assert.Equal(7, without.Classes.Single(item => item.ClassId == cup).AllTrain);
        var warning = Assert.Single(preflight.Warnings, text => text.Contains('\''));
        Assert.StartsWith("Class 'Fork' has no labelled training image", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(preflight.Warnings, text => text.Contains("to measure", StringComparison.Ordinal));
        Assert.Equal(0, byId[fork].AllTrain);
    }

    [Fact]
    public async Task Preflight_AllImagesHaveTheSameClasses_SaysSoInsteadOfCountingClasses()
    {
        await using var studio = await ModelStudio.CreateAsync();
        Guid cup = await studio.AddClassAsync("Cup"), bowl = await studio.AddClassAsync("Bowl");
        var cupAndBowl = await CombineAsync(studio, 1, bowl, cup);
        await studio.LabelAsync([.. (await studio.AddImagesAsync(4, Split.Train)).Select(image => (image.Id, (Guid?)cupAndBowl))]);

        var preflight = await studio.Get<RunLaunch>().PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);
        var chosen = await studio.Get<RunLaunch>().PreflightAsync(studio.UserId, studio.ProjectId, null, [cup], Token);

        Assert.Equal("Nothing can be trained yet: all labelled training images have the same classes. Label images that show others, or none of them.", preflight.Problem);
        Assert.Equal("No training image shows only classes that are chosen. Choose more of them, or train all.", chosen.Problem);
    }

    [Fact]
    public async Task CreateAsync_Combinations_KeepTheirClassesAndTheVersionStaysTheSame()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (cup, _, bowl, _, cupAndBowl, _) = await LabelAsync(studio);
        var snapshots = studio.Get<DatasetSnapshots>();

        var first = await snapshots.CreateAsync(studio.ProjectId, Token);
        var second = await snapshots.CreateAsync(studio.ProjectId, Token);

        Assert.Equal(first.Id, second.Id);
        var manifest = await snapshots.ReadAsync(first.Id, Token);
        Assert.Equal([cup, bowl], manifest.Classes.Single(item => item.Id == cupAndBowl).MemberIds);
        Assert.Equal([cup, bowl], DatasetSnapshots.CountsOf(manifest).Single(item => item.ClassId == cupAndBowl).MemberIds);
    }

    /// <summary>A class alone is written as it was before there were combinations.</summary>
    [Fact]
    public void Classes_WithoutMembers_AreWrittenAndReadAsBefore()
    {
        var id = new Guid(1, 0, 0, new byte[8]);

        Assert.Equal($"{{\"Id\":\"{id}\",\"Name\":\"Cup\"}}", JsonSerializer.Serialize(new DatasetClass(id, "Cup")));
        Assert.Null(JsonSerializer.Deserialize<DatasetClass>($"{{\"Id\":\"{id}\",\"Name\":\"Cup\"}}")!.MemberIds);
        Assert.DoesNotContain("MemberIds", JsonSerializer.Serialize(new RunClass(id, "Cup", "#000000", false)), StringComparison.Ordinal);
        var none = new RunClass(id, "No class", "#000000", false) { MemberIds = [] };
        Assert.Empty(JsonSerializer.Deserialize<RunClass>(JsonSerializer.Serialize(none))!.MemberIds!);
    }

    private static async Task<RunAssignment> ClaimAsync(ModelStudio studio, IReadOnlyCollection<Guid>? classIds)
    {
        await studio.Get<RunLaunch>().LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Quick, null, FromPretrained: true) { ClassIds = classIds }, Token);
        return (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;
    }

    private static async Task<(Guid Cup, Guid Plate, Guid Bowl, Guid Fork, Guid CupAndBowl, Guid CupAndPlate)> LabelAsync(ModelStudio studio)
    {
        Guid cup = await studio.AddClassAsync("Cup"), plate = await studio.AddClassAsync("Plate"), bowl = await studio.AddClassAsync("Bowl"), fork = await studio.AddClassAsync("Fork");
        var cupAndBowl = await CombineAsync(studio, 1, bowl, cup);
        var cupAndPlate = await CombineAsync(studio, 2, plate, cup);
        foreach (var (classId, train) in ((Guid, int)[])[(cup, 6), (plate, 6), (cupAndBowl, 6), (cupAndPlate, 1)])
        {
            foreach (var (split, count) in ((Split, int)[])[(Split.Train, train), (Split.Validation, 1), (Split.Test, 3)])
            {
                var images = await studio.AddImagesAsync(count, split);
                await studio.LabelAsync([.. images.Select(image => (image.Id, (Guid?)classId))]);
            }
        }
        return (cup, plate, bowl, fork, cupAndBowl, cupAndPlate);
    }

    private static async Task<Guid> CombineAsync(ModelStudio studio, int number, params Guid[] classIds)
    {
        await using var db = studio.Open();
        var item = new ClassDefinition
        {
            Id = Guid.CreateVersion7(),
            ProjectId = studio.ProjectId,
            Name = $"Combination {number}",
            NormalizedName = $"\n{number}",
            Colour = "#336699",
            Position = int.MaxValue,
            IsCombination = true,
            CreatedUtc = DateTime.UnixEpoch.AddSeconds(number),
            SinceOntologyVersion = 1,
        };
        db.Classes.Add(item);
        db.AddRange(classIds.Select(id => new CombinationMember { CombinationId = item.Id, ClassId = id }));
        await db.SaveChangesAsync(Token);
        return item.Id;
    }
}
