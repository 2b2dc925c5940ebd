using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Datasets;

public sealed class DatasetSnapshotsTests
{
    [Fact]
    public async Task CreateAsync_HoldsTheLabelledImagesOfClassesInUse()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var crow = await lab.AddClassAsync("Crow");
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Robin);
        await lab.LabelAsync(lab.Images[2], crow);
        await lab.DecideAsync(lab.Images[3], AnnotationKind.Discard);
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Robin, CancellationToken.None);
        await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, crow, lab.Owl, CancellationToken.None);

        var snapshot = await CreateAsync(lab);
        var manifest = await lab.Studio.Get<DatasetSnapshots>().ReadAsync(snapshot.Id, CancellationToken.None);

        Assert.Equal([new DatasetClass(lab.Owl, "Owl")], manifest.Classes);
        Assert.Equal([(lab.Images[0], lab.Owl), (lab.Images[2], lab.Owl)], manifest.Entries.Select(entry => (entry.ImageId, entry.ClassId)));
        Assert.Equal(2, snapshot.TrainCount + snapshot.ValidationCount + snapshot.TestCount);
        var image = await lab.ImageAsync(lab.Images[0]);
        Assert.Equal((image.Sha256, image.Split, image.Extension), (manifest.Entries[0].Sha256, manifest.Entries[0].Split, manifest.Entries[0].Extension));
    }

    [Fact]
    public async Task CreateAsync_ClassLeftOutOfTraining_KeepsItsImagesOut()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var none = await lab.Classes.CreateAsync(
            lab.UserId, lab.ProjectId, new NewClass("None of these") { IsNegative = true, IsLeftOutOfTraining = true }, CancellationToken.None);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], none.Id);

        var left = await lab.Studio.Get<DatasetSnapshots>().ReadAsync((await CreateAsync(lab)).Id, CancellationToken.None);
        await lab.Classes.UpdateAsync(
            lab.UserId, lab.ProjectId, none.Id, new ClassUpdate(none.Name, none.Colour, none.Hotkey, "") { IsLeftOutOfTraining = false }, CancellationToken.None);
        var taken = await lab.Studio.Get<DatasetSnapshots>().ReadAsync((await CreateAsync(lab)).Id, CancellationToken.None);

        Assert.Equal([lab.Images[0]], left.Entries.Select(entry => entry.ImageId));
        Assert.Equal([lab.Images[0], lab.Images[1]], taken.Entries.Select(entry => entry.ImageId));
        Assert.Contains(taken.Classes, item => item.Id == none.Id);
    }

    [Fact]
    public async Task CreateAsync_ExamplesOfAClass_AreMarkedWhileTheyAreOfIt()
    {
        await using var lab = await LabellingFixture.StartAsync();
        foreach (var image in lab.Images)
        {
            await lab.LabelAsync(image, lab.Owl);
        }
        var examples = lab.Studio.Get<ClassExamples>();
        await examples.AddAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Images[1], isCounterExample: false, CancellationToken.None);
        await examples.AddAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Images[2], isCounterExample: false, CancellationToken.None);
        await examples.AddAsync(lab.UserId, lab.ProjectId, lab.Robin, lab.Images[3], isCounterExample: true, CancellationToken.None);
        await lab.LabelAsync(lab.Images[2], lab.Robin);

        var manifest = await lab.Studio.Get<DatasetSnapshots>().ReadAsync((await CreateAsync(lab)).Id, CancellationToken.None);

        Assert.Equal([lab.Images[1]], manifest.Entries.Where(entry => entry.IsExample).Select(entry => entry.ImageId));
    }

    [Fact]
    public async Task ReadAsync_AfterMoreLabels_GivesTheFrozenOnes()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        var snapshot = await CreateAsync(lab);

        await lab.LabelAsync(lab.Images[0], lab.Robin);
        await lab.Studio.RestartAsync();

        var manifest = await lab.Studio.Get<DatasetSnapshots>().ReadAsync(snapshot.Id, CancellationToken.None);
        Assert.Equal([lab.Owl], manifest.Entries.Select(entry => entry.ClassId));
    }

    [Fact]
    public async Task ReadAsync_AChangedFile_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        var snapshot = await CreateAsync(lab);
        var file = Assert.Single(Directory.EnumerateFiles(lab.Studio.Get<StudioPaths>().Datasets));
        await File.AppendAllTextAsync(file, "\n", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<StudioException>(
            () => lab.Studio.Get<DatasetSnapshots>().ReadAsync(snapshot.Id, CancellationToken.None));
    }

    [Fact]
    public async Task PreviewAsync_CountsByClassAndSplit()
    {
        await using var lab = await LabellingFixture.StartAsync(40);
        foreach (var imageId in lab.Images.Take(30))
        {
            await lab.LabelAsync(imageId, lab.Owl);
        }

        var preview = await lab.Studio.Get<DatasetSnapshots>().PreviewAsync(lab.ProjectId, CancellationToken.None);
        var snapshot = await CreateAsync(lab);

        Assert.Equal(["Owl", "Robin"], preview.Select(row => row.Name));
        Assert.Equal((snapshot.TrainCount, snapshot.ValidationCount, snapshot.TestCount), (preview[0].Train, preview[0].Validation, preview[0].Test));
        Assert.Equal(0, preview[1].Train + preview[1].Validation + preview[1].Test);
    }

    private static Task<DatasetSnapshot> CreateAsync(LabellingFixture lab) =>
        lab.Studio.Get<DatasetSnapshots>().CreateAsync(lab.ProjectId, CancellationToken.None);
}
