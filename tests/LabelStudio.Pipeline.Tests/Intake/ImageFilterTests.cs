using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Intake;

/// <summary>Filters beside state and class, each with exactly its images.</summary>
public sealed class ImageFilterTests
{
    private const int SecondsADay = 86_400;

    private static readonly DateTime Second = DateTime.UnixEpoch.AddDays(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ImageAspect.Portrait, new[] { 1 })]
    [InlineData(ImageAspect.Landscape, new[] { 0, 3 })]
    [InlineData(ImageAspect.Square, new[] { 2 })]
    public async Task Aspect_GivesImagesOfItsShape(ImageAspect aspect, int[] expected)
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await AddShapesAsync(intake);

        Assert.Equal(expected.Select(index => ids[index]), await IdsAsync(intake, new ImageFilter { Aspect = aspect }));
    }

    [Theory]
    [InlineData(100, null, new[] { 0, 1, 2 })]
    [InlineData(101, null, new[] { 2 })]
    [InlineData(null, 100, new[] { 0, 1, 3 })]
    [InlineData(null, 99, new[] { 3 })]
    [InlineData(100, 100, new[] { 0, 1 })]
    public async Task ShorterSide_CountsBothEnds(int? from, int? to, int[] expected)
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await AddShapesAsync(intake);

        Assert.Equal(expected.Select(index => ids[index]), await IdsAsync(intake, new ImageFilter { ShorterSideFrom = from, ShorterSideTo = to }));
    }

    [Fact]
    public async Task Added_GivesImagesFromItsStartToBeforeItsEnd()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await AddAsync(intake, (0, 24, 16), (SecondsADay, 24, 16), ((2 * SecondsADay) - 1, 24, 16), (2 * SecondsADay, 24, 16));

        Assert.Equal([ids[1], ids[2]], await IdsAsync(intake, new ImageFilter { AddedFrom = Second, AddedUntil = Second.AddDays(1) }));
        Assert.Equal([ids[1], ids[2], ids[3]], await IdsAsync(intake, new ImageFilter { AddedFrom = Second }));
        Assert.Equal([ids[0]], await IdsAsync(intake, new ImageFilter { AddedUntil = Second }));
    }

    [Fact]
    public async Task Labelled_GivesLabelsFromItsStartToBeforeItsEnd()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await intake.Studio.AddImageRowsAsync(intake.UserId, intake.ProjectId, 4);
        var owl = await intake.AddClassAsync("Owl");
        await using (var db = intake.Studio.OpenDatabase())
        {
            DateTime[] times = [Second.AddSeconds(-1), Second, Second.AddDays(1)];
            var images = await db.Images.Where(image => image.ProjectId == intake.ProjectId).OrderBy(image => image.Id).ToListAsync(Token);
            foreach (var (image, time) in images.Zip(times))
            {
                image.GiveLabel(owl, intake.UserId, time, 1);
            }

            await db.SaveChangesAsync(Token);
        }

        Assert.Equal([ids[1]], await IdsAsync(intake, new ImageFilter { LabelledFrom = Second, LabelledUntil = Second.AddDays(1) }));
        Assert.Equal([ids[1], ids[2]], await IdsAsync(intake, new ImageFilter { LabelledFrom = Second }));
        Assert.Equal([ids[0]], await IdsAsync(intake, new ImageFilter { LabelledUntil = Second }));
    }

    [Fact]
    public async Task LabelledBy_OneOfTwoAnnotators_GivesOnlyTheirImages()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = await intake.Studio.AddImageRowsAsync(intake.UserId, intake.ProjectId, 3);
        var owl = await intake.AddClassAsync("Owl");
        var zoe = await intake.Studio.AddUserAsync(StudioRole.Administrator, "Zoe");
        var adam = await intake.Studio.AddUserAsync(StudioRole.Administrator, "Adam");
        await LabelAsync(intake, zoe, ids[0], owl);
        await LabelAsync(intake, adam, ids[2], owl);

        Assert.Equal([ids[0]], await IdsAsync(intake, new ImageFilter { LabelledBy = zoe }));
        Assert.Equal([ids[2]], await IdsAsync(intake, new ImageFilter { LabelledBy = adam }));
        Assert.Equal([new Annotator(adam, "Adam"), new Annotator(zoe, "Zoe")], await intake.Library.AnnotatorsAsync(intake.UserId, intake.ProjectId, Token));
    }

    [Fact]
    public async Task AnnotatorsAsync_WithoutTheRightToView_IsRefused()
    {
        await using var intake = await IntakeFixture.StartAsync();

        await Assert.ThrowsAnyAsync<StudioException>(() => intake.Library.AnnotatorsAsync(Guid.NewGuid(), intake.ProjectId, Token));
    }

    [Fact]
    public async Task Sort_ByFileSize_GivesPagesInItsOrder()
    {
        await using var intake = await IntakeFixture.StartAsync();
        long[] sizes = [700, 300, 500, 300, 900];
        var images = sizes.Select((size, number) => TestImages.Record(intake.ProjectId, intake.BatchId, intake.UserId, number, byteCount: size)).ToArray();
        await intake.Studio.Get<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Token);

        Assert.Equal([900, 700, 500, 300, 300], await SizesAsync(ImageSort.Largest));
        Assert.Equal([300, 300, 500, 700, 900], await SizesAsync(ImageSort.Smallest));

        async Task<IReadOnlyList<long>> SizesAsync(ImageSort sort)
        {
            var ids = new List<long>();
            var filter = new ImageFilter { Sort = sort };
            while (await intake.Library.PageAsync(intake.UserId, intake.ProjectId, filter, ids.Count > 0 ? ids[^1] : null, 2, Token) is { Count: > 0 } page)
            {
                ids.AddRange(page.Select(tile => tile.Id));
            }

            return [.. ids.Select(id => images.Single(image => image.Id == id).ByteCount)];
        }
    }

    private static Task<IReadOnlyList<DecisionResult>> LabelAsync(IntakeFixture intake, Guid userId, long imageId, Guid classId) => intake.Studio.Get<ImageLabeller>().DecideAsync(
        userId, intake.ProjectId, [new Decision(Guid.NewGuid(), imageId, AnnotationKind.Label, classId)], Token);

    private static Task<long[]> AddShapesAsync(IntakeFixture intake) => AddAsync(intake, (1, 200, 100), (2, 100, 200), (3, 300, 300), (4, 60, 50));

    private static async Task<long[]> AddAsync(IntakeFixture intake, params (int Number, int Width, int Height)[] shapes)
    {
        var images = shapes
            .Select(shape => TestImages.Record(intake.ProjectId, intake.BatchId, intake.UserId, shape.Number, shape.Width, shape.Height))
            .ToArray();
        await intake.Studio.Get<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Token);
        return [.. images.Select(image => image.Id)];
    }

    private static Task<IReadOnlyList<long>> IdsAsync(IntakeFixture intake, ImageFilter filter) =>
        intake.Library.IdsAsync(intake.UserId, intake.ProjectId, filter, Token);
}
