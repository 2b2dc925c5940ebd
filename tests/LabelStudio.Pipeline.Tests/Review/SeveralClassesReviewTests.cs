using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Tests.Labelling;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Review;

/// <summary>What judges labels, where an image may have several classes: kind 2 of the pictures shows owl and robin.</summary>
public sealed class SeveralClassesReviewTests
{
    private const int Images = 120;
    private const int Planted = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LabelErrors_AClassIsMissing_SuggestTheCombinationAndTakingItGivesIt()
    {
        await using var fixture = await StartAsync(rare: 2);
        var (user, project, review) = (fixture.Studio.UserId, fixture.Studio.ProjectId, fixture.Get<LabelErrorReview>());
        var report = await review.FindAsync(user, project, again: false, Token);
        var names = await NamesAsync(fixture);

        var doubt = Assert.Single(report.Doubted);
        Assert.Equal((fixture.Images[Planted].Id, "owl", "owl + robin"), (doubt.ImageId, names[doubt.GivenClassId], names[doubt.SuggestedClassId]));
        Assert.Equal(["No class"], report.TooFewToJudge.Select(id => names[id]));
        var verdict = await review.DecideAsync(user, project, doubt, LabelVerdict.Take, Token);
        Assert.Equal(doubt.SuggestedClassId, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);

        await review.UndoAsync(user, project, verdict, Token);
        doubt = doubt with { LabelVersion = (await fixture.ImageAsync(doubt.ImageId)).LabelVersion };
        verdict = await review.RelabelAsync(user, project, doubt, [fixture.Classes[2], fixture.Classes[0]], Token);
        Assert.Equal("owl + wren", (await NamesAsync(fixture))[(await fixture.ImageAsync(doubt.ImageId)).LabelClassId!.Value]);
        Assert.Empty((await review.FindAsync(user, project, again: false, Token)).Doubted);
        await review.UndoAsync(user, project, verdict, Token);
        Assert.Equal(doubt.GivenClassId, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);
    }

    [Fact]
    public async Task OrdersAndCurve_RareCombinations_AreNoError()
    {
        await using var fixture = await StartAsync(rare: 1);
        var (user, project) = (fixture.Studio.UserId, fixture.Studio.ProjectId);

        var outliers = await fixture.Get<OutlierOrder>().SortAsync(user, project, new ImageFilter(), Token);
        var quality = await fixture.Get<LabelQualityOrder>().SortAsync(user, project, new ImageFilter(), isBestFirst: false, Token);
        var curve = await fixture.Get<LearningCurves>().MeasureAsync(user, project, Token);
        var groups = await fixture.Get<NewClasses>().FindAsync(user, project, again: false, Token);

        Assert.Equal((Images, Images), (outliers.Count, quality.Count));
        Assert.Equal(fixture.Images[Planted].Id, quality[0]);
        Assert.Equal(Images / 4, curve!.HeldOut);
        Assert.InRange(curve.Points[^1].Accuracy, 0.9, 1);
        Assert.False(groups.IsTooEarly);
    }

    [Fact]
    public async Task Groups_ByLook_AreNamedAfterAClassThatMostOfTheirImagesShowWithWhateverOthers()
    {
        await using var fixture = await ReviewFixture.StartAsync(Images);
        await SeveralClasses.TakeAsync(fixture.Get<ProjectCatalog>(), fixture.Studio.UserId, fixture.Studio.ProjectId);
        var (owl, robin, wren) = (fixture.Classes[0], fixture.Classes[1], fixture.Classes[2]);
        Guid[][] sets = [[owl], [owl, robin], [owl, wren], [owl, robin, wren]];
        await fixture.Get<ImageLabeller>().DecideAsync(
            fixture.Studio.UserId,
            fixture.Studio.ProjectId,
            [.. fixture.Images.Where((_, index) => ReviewFixture.KindOf(index) == 0).Select((image, place) => Decision(image.Id, sets[place % 4]))],
            Token);

        var groups = await fixture.Get<ImageGroups>().GroupAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, [.. fixture.Images.Select(image => image.Id)], ImageGrouping.Cluster, Token);

        Assert.EndsWith(" · mostly owl", groups.Single(group => group.Ids.Contains(fixture.Images[0].Id)).Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatToLabelNext_Classes_CountTheirImagesWithOthersAndRareCombinationsAreNotListed()
    {
        await using var fixture = await StartAsync(rare: 2);

        var advice = await fixture.Get<WhatToLabelNext>().GetAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Token);

        // 40 images of each kind, a quarter held out; two of kind 1 are labelled as showing nothing, the planted one of kind 2 as owl.
        Assert.Equal(
            [("owl", 60, false), ("owl + robin", 29, true), ("robin", 57, false), ("wren", 0, false)],
            advice.Select(item => (item.ClassName, item.TrainLabels, item.IsCombination)).OrderBy(item => item.ClassName, StringComparer.Ordinal));
        Assert.Equal(("wren", "owl + robin"), (advice[0].ClassName, advice[^1].ClassName));
    }

    [Fact]
    public async Task WhatToLabelNext_ManyCombinations_AreCapped()
    {
        await using var fixture = await ReviewFixture.StartAsync(300);
        await SeveralClasses.TakeAsync(fixture.Get<ProjectCatalog>(), fixture.Studio.UserId, fixture.Studio.ProjectId);
        var classes = new List<Guid>(fixture.Classes);
        for (var number = 0; number < 12; number++)
        {
            classes.Add((await fixture.Get<ClassCatalog>().CreateAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, new NewClass($"bird {number}"), Token)).Id);
        }

        await fixture.Get<ImageLabeller>().DecideAsync(
            fixture.Studio.UserId,
            fixture.Studio.ProjectId,
            [.. fixture.Images.Index().Select(image => Decision(image.Item.Id, classes[0], classes[3 + (image.Index % 12)]))],
            Token);

        var advice = await fixture.Get<WhatToLabelNext>().GetAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Token);

        Assert.Equal(15, advice.TakeWhile(item => !item.IsCombination).Count());
        Assert.Equal(10, advice.Skip(15).Count(item => item.IsCombination));
    }

    /// <summary>A quarter is held out. One image of kind 2 is labelled owl alone.</summary>
    /// <param name="rare">So many images of kind 1 are labelled as showing no class.</param>
    private static async Task<ReviewFixture> StartAsync(int rare)
    {
        var fixture = await ReviewFixture.StartAsync(Images);
        await SeveralClasses.TakeAsync(fixture.Get<ProjectCatalog>(), fixture.Studio.UserId, fixture.Studio.ProjectId);
        await using (var db = fixture.Studio.Open())
        {
            var heldOut = fixture.Images.Where((_, index) => index / 3 % 4 == 3).Select(image => image.Id).ToArray();
            await db.Images.ExecuteUpdateAsync(row => row.SetProperty(image => image.Split, image => EF.Parameter(heldOut).Contains(image.Id) ? Split.Test : Split.Train), Token);
        }

        var (owl, robin) = (fixture.Classes[0], fixture.Classes[1]);
        var decisions = fixture.Images.Select((image, index) => (ReviewFixture.KindOf(index), index) switch
        {
            (0, _) or (_, Planted) => Decision(image.Id, owl),
            (1, var place) when place < 3 * rare => Decision(image.Id),
            (1, _) => Decision(image.Id, robin),
            _ => Decision(image.Id, robin, owl),
        });
        await fixture.Get<ImageLabeller>().DecideAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, [.. decisions], Token);
        return fixture;
    }

    private static Decision Decision(long imageId, params Guid[] classes) => new(Guid.NewGuid(), imageId, AnnotationKind.Label) { ClassIds = classes };

    private static async Task<Dictionary<Guid, string>> NamesAsync(ReviewFixture fixture) =>
        (await fixture.Get<ClassCatalog>().ListAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Token)).ToDictionary(item => item.Id, item => item.Name);
}
