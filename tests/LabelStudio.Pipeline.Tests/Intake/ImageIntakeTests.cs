using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class ImageIntakeTests
{
    [Fact]
    public async Task AddAsync_APicture_IsStoredWithItsFacts()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var result = await intake.AddAsync("holiday/beach.jpeg", TestImages.Png(1, 40, 30));

        Assert.Equal((ImportOutcome.Added, "beach.jpeg", null), (result.Outcome, result.FileName, result.Reason));
        var image = await intake.Library.GetAsync(intake.UserId, result.ImageId!.Value, CancellationToken.None);
        Assert.Equal(("image/png", 40, 30, ImageState.Unlabelled), (image.MediaType, image.WidthPx, image.HeightPx, image.State));
        var original = await intake.Library.FindFileAsync(intake.UserId, image.Id, ImageVariant.Original, CancellationToken.None);
        Assert.Equal(TestImages.Png(1, 40, 30), await File.ReadAllBytesAsync(original!.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AddAsync_TheSamePictureAgain_IsADuplicateUnderAnyName()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var first = await intake.AddAsync("a.png", TestImages.Png(1));

        var second = await intake.AddAsync("b.png", TestImages.Png(1));

        Assert.Equal((ImportOutcome.Duplicate, first.ImageId), (second.Outcome, second.ImageId));
        Assert.Contains("a.png", second.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await intake.Library.CountsAsync(intake.UserId, intake.ProjectId, CancellationToken.None)).Total);
    }

    [Fact]
    public async Task AddAsync_TheSamePictureTwentyTimesAtOnce_IsStoredOnce()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => intake.AddAsync($"{index}.png", TestImages.Png(1))));

        Assert.Equal(1, results.Count(result => result.Outcome == ImportOutcome.Added));
        Assert.Equal(19, results.Count(result => result.Outcome == ImportOutcome.Duplicate));
    }

    [Theory]
    [InlineData("page.jpg", "<html><body>not a picture</body></html>")]
    [InlineData("vector.png", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")]
    [InlineData("empty.png", "")]
    public async Task AddAsync_WhatIsNoPicture_IsRefusedWithAReason(string name, string content)
    {
        await using var intake = await IntakeFixture.StartAsync();

        var result = await intake.AddAsync(name, System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Equal((ImportOutcome.Refused, null), (result.Outcome, result.ImageId));
        Assert.False(string.IsNullOrWhiteSpace(result.Reason));
        Assert.Empty(Directory.EnumerateFiles(intake.Studio.Get<StudioPaths>().Uploads));
        Assert.Empty(Directory.EnumerateFiles(intake.Studio.Get<StudioPaths>().Images, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AddAsync_ACutPicture_IsRefusedAndTheOthersGoOn()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var cut = await intake.AddAsync("cut.png", TestImages.Png(1, 200, 200)[..300]);
        var whole = await intake.AddAsync("whole.png", TestImages.Png(2));

        Assert.Equal((ImportOutcome.Refused, ImportOutcome.Added), (cut.Outcome, whole.Outcome));
        var batch = Assert.Single(await intake.Intake.BatchesAsync(intake.UserId, intake.ProjectId, CancellationToken.None));
        Assert.Equal((1, 0, 1), (batch.AddedCount, batch.DuplicateCount, batch.RefusedCount));
    }

    [Fact]
    public async Task AddAsync_WithAClass_LabelsTheImageAndTellsWhoAndHow()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var owl = await intake.AddClassAsync("Owl");

        var result = await intake.AddAsync("a.png", TestImages.Png(1), owl);

        var image = await intake.Library.GetAsync(intake.UserId, result.ImageId!.Value, CancellationToken.None);
        Assert.Equal((ImageState.Labelled, owl, 1), (image.State, image.ClassId!.Value, image.LabelVersion));
        await using var db = intake.Studio.OpenDatabase();
        var annotation = await db.Annotations.SingleAsync();
        Assert.Equal((AnnotationOrigin.Import, owl, intake.UserId), (annotation.Origin, annotation.ClassId!.Value, annotation.UserId));
    }

    [Fact]
    public async Task AddAsync_WithFolderNames_MakesMissingClassesAndUsesKnownOnes()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);
        await intake.AddClassAsync("Snowy Owl");

        await intake.AddAsync("birds/snowy  owl/1.png", TestImages.Png(1));
        await intake.AddAsync("birds/Robin/1.png", TestImages.Png(2));
        await intake.AddAsync("loose.png", TestImages.Png(3));

        var classes = await intake.Studio.Get<ClassCatalog>().ListAsync(intake.UserId, intake.ProjectId, CancellationToken.None);
        Assert.Equal([("Snowy Owl", 1), ("Robin", 1)], classes.Select(item => (item.Name, item.LabelledCount)));
        Assert.Equal(1, (await intake.Library.CountsAsync(intake.UserId, intake.ProjectId, CancellationToken.None)).Unlabelled);
    }

    [Fact]
    public async Task AddAsync_ADuplicateWithAnotherClass_KeepsTheLabelAndSaysSo()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var (owl, robin) = (await intake.AddClassAsync("Owl"), await intake.AddClassAsync("Robin"));
        var first = await intake.AddAsync("a.png", TestImages.Png(1), owl);

        var second = await intake.AddAsync("b.png", TestImages.Png(1), robin);

        Assert.Contains("'Owl'", second.Reason, StringComparison.Ordinal);
        Assert.Equal(owl, (await intake.Library.GetAsync(intake.UserId, first.ImageId!.Value, CancellationToken.None)).ClassId);
    }

    [Fact]
    public async Task AddAsync_ADuplicateWithoutLabelYet_GetsTheLabel()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var owl = await intake.AddClassAsync("Owl");
        var first = await intake.AddAsync("a.png", TestImages.Png(1));

        await intake.AddAsync("b.png", TestImages.Png(1), owl);

        Assert.Equal(owl, (await intake.Library.GetAsync(intake.UserId, first.ImageId!.Value, CancellationToken.None)).ClassId);
    }

    [Fact]
    public async Task AddAsync_ByAnAnnotator_IsDenied()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var annotatorId = await intake.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => intake.Intake.AddAsync(
            annotatorId, intake.ProjectId, intake.BatchId, "a.png", TestImages.PngStream(1), null, CancellationToken.None));
    }

    [Fact]
    public async Task AddAsync_IntoAnotherProjectsBatch_IsNotFound()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var other = await intake.Studio.AddProjectAsync(intake.UserId);

        await Assert.ThrowsAsync<NotFoundException>(() => intake.Intake.AddAsync(
            intake.UserId, other, intake.BatchId, "a.png", TestImages.PngStream(1), null, CancellationToken.None));
    }

    [Fact]
    public async Task AddAsync_PublishesImages()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var seen = new TaskCompletionSource();
        using var subscription = intake.Studio.Get<ChangeSignals>().Subscribe(
            intake.ProjectId,
            ChangeTopic.Images,
            () =>
            {
                seen.TrySetResult();
                return Task.CompletedTask;
            },
            TimeSpan.Zero);

        await intake.AddAsync("a.png", TestImages.Png(1));

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AddAsync_WithAFoldersFormerName_FindsTheRenamedClass()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);
        var owl = await intake.AddClassAsync("Owl");
        await intake.Studio.Get<ClassCatalog>().UpdateAsync(
            intake.UserId, intake.ProjectId, owl, new ClassUpdate("Barn owl", "#abcdef", null, ""), CancellationToken.None);

        var result = await intake.AddAsync("OWL/1.png", TestImages.Png(1));

        Assert.Equal(owl, (await intake.Library.GetAsync(intake.UserId, result.ImageId!.Value, CancellationToken.None)).ClassId);
    }

    [Fact]
    public async Task UnusedFiles_AfterAProjectWasDeleted_TakesItsFilesOnly()
    {
        await using var intake = await IntakeFixture.StartAsync();
        await intake.AddAsync("gone.png", TestImages.Png(1));
        var other = await intake.Studio.AddProjectAsync(intake.UserId);
        var batch = await intake.Intake.StartBatchAsync(intake.UserId, other, "x", CancellationToken.None);
        await intake.Intake.AddAsync(intake.UserId, other, batch, "kept.png", TestImages.PngStream(2), null, CancellationToken.None);
        await intake.Studio.Get<ProjectCatalog>().DeleteAsync(intake.UserId, intake.ProjectId, CancellationToken.None);

        var deleted = await intake.Studio.Get<UnusedFiles>().DeleteAsync(CancellationToken.None);

        Assert.Equal(1, deleted);
        Assert.Single(Directory.EnumerateFiles(intake.Studio.Get<StudioPaths>().Images, "*", SearchOption.AllDirectories));
    }
}
