using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class ImageLibraryTests
{
    [Theory]
    [InlineData(ImageSort.Oldest)]
    [InlineData(ImageSort.Newest)]
    [InlineData(ImageSort.FileName)]
    [InlineData(ImageSort.Largest)]
    [InlineData(ImageSort.Smallest)]
    public async Task PageAsync_FromPageToPage_GivesEachImageOnceInOrder(ImageSort sort)
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await intake.Studio.AddImageRowsAsync(intake.UserId, intake.ProjectId, 25);
        var filter = new ImageFilter { Sort = sort };
        var pages = new List<ImageTile>();

        long? after = null;
        while (await PageAsync(intake, filter, after, 7) is { Count: > 0 } page)
        {
            pages.AddRange(page);
            after = page[^1].Id;
        }

        var expected = sort switch
        {
            ImageSort.Oldest => ids,
            ImageSort.Newest => ids.Reverse(),
            ImageSort.FileName => pages.OrderBy(tile => tile.FileName, StringComparer.Ordinal).Select(tile => tile.Id),
            // The files of these rows are equally large.
            ImageSort.Largest or ImageSort.Smallest => ids,
        };
        Assert.Equal(25, pages.Count);
        Assert.Equal(expected, pages.Select(tile => tile.Id));
        Assert.Equal(expected, await intake.Library.IdsAsync(intake.UserId, intake.ProjectId, filter, CancellationToken.None));
    }

    [Fact]
    public async Task PageAsync_EachFilter_GivesItsImages()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await intake.Studio.AddImageRowsAsync(intake.UserId, intake.ProjectId, 30);
        var owl = await intake.AddClassAsync("Owl");
        await intake.Studio.Get<ImageLabeller>().DecideAsync(
            intake.UserId,
            intake.ProjectId,
            [
                new Decision(Guid.NewGuid(), ids[3], AnnotationKind.Label, owl),
                new Decision(Guid.NewGuid(), ids[4], AnnotationKind.Discard),
                new Decision(Guid.NewGuid(), ids[5], AnnotationKind.Flag),
            ],
            CancellationToken.None);
        await intake.AddClassAsync("Robin");

        Assert.Equal([ids[3]], await IdsAsync(intake, new ImageFilter { ClassId = owl }));
        Assert.Equal([ids[4]], await IdsAsync(intake, new ImageFilter { State = ImageState.Discarded }));
        Assert.Equal([ids[5]], await IdsAsync(intake, new ImageFilter { IsFlagged = true }));
        Assert.Equal([ids[3], ids[4]], await IdsAsync(intake, new ImageFilter { LabelledBy = intake.UserId }));
        Assert.Equal([ids[7], ids[9]], await IdsAsync(intake, new ImageFilter { Ids = [ids[9], ids[7], -1] }));
        Assert.Equal([ids[12]], await IdsAsync(intake, new ImageFilter { Text = "00012.PNG" }));
        Assert.Empty(await IdsAsync(intake, new ImageFilter { Text = "%" }));
        Assert.Equal([ids[3]], await IdsAsync(intake, new ImageFilter { LabelledBefore = 3 }));
        Assert.Empty(await IdsAsync(intake, new ImageFilter { LabelledBefore = 2 }));
        Assert.Equal(30, (await IdsAsync(intake, new ImageFilter { Split = Split.Train })).Count
            + await intake.Library.CountAsync(intake.UserId, intake.ProjectId, new ImageFilter { Split = Split.Validation }, CancellationToken.None)
            + await intake.Library.CountAsync(intake.UserId, intake.ProjectId, new ImageFilter { Split = Split.Test }, CancellationToken.None));
    }

    [Fact]
    public async Task FindFileAsync_AThumbnail_IsASmallWebpMadeOnce()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var added = await intake.AddAsync("a.png", TestImages.Png(1, 1000, 500));

        var thumbnail = await FileAsync(intake, intake.UserId, added.ImageId!.Value, ImageVariant.Thumbnail);
        var written = File.GetLastWriteTimeUtc(thumbnail!.Path);
        var again = await FileAsync(intake, intake.UserId, added.ImageId!.Value, ImageVariant.Thumbnail);

        Assert.Equal("image/webp", thumbnail.MediaType);
        Assert.Equal((thumbnail.Path, written), (again!.Path, File.GetLastWriteTimeUtc(again.Path)));
        var inspection = Learning.Imaging.ImageDecoder.Inspect(thumbnail.Path, new Learning.Imaging.ImageLimits());
        Assert.Equal((256, 128), (inspection.WidthPx, inspection.HeightPx));
    }

    [Fact]
    public async Task FindFileAsync_ForWhoMayNotSee_GivesNothing()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var added = await intake.AddAsync("a.png", TestImages.Png(1));

        Assert.Null(await FileAsync(intake, Guid.NewGuid(), added.ImageId!.Value, ImageVariant.Original));
        Assert.Null(await FileAsync(intake, intake.UserId, 12345, ImageVariant.Original));
    }

    private static Task<ImageFile?> FileAsync(IntakeFixture intake, Guid userId, long imageId, ImageVariant variant) =>
        intake.Library.FindFileAsync(userId, imageId, variant, CancellationToken.None);

    private static Task<IReadOnlyList<ImageTile>> PageAsync(IntakeFixture intake, ImageFilter filter, long? after, int count) =>
        intake.Library.PageAsync(intake.UserId, intake.ProjectId, filter, after, count, CancellationToken.None);

    private static Task<IReadOnlyList<long>> IdsAsync(IntakeFixture intake, ImageFilter filter) =>
        intake.Library.IdsAsync(intake.UserId, intake.ProjectId, filter, CancellationToken.None);
}
