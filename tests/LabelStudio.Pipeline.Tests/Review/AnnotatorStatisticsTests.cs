using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Tests.Labelling;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class AnnotatorStatisticsTests
{
    [Fact]
    public async Task ListAsync_SpeedAcceptRateAndAgreement_AreCountedFromTheDecisions()
    {
        await using var lab = await LabellingFixture.StartAsync(6);
        var (bea, cal) = (await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea"), await lab.Studio.AddUserAsync(StudioRole.Annotator, "Cal"));
        // Three labels in 2 + 4 + 6 seconds are 900 an hour; two of three suggestions taken.
        await LabelAsync(bea, 0, lab.Owl, lab.Owl, 2000);
        await LabelAsync(bea, 1, lab.Owl, lab.Owl, 4000);
        await LabelAsync(bea, 2, lab.Robin, lab.Owl, 6000);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, OverlapAnnotators = 2, OverlapPercent = 100 }, CancellationToken.None);
        await lab.LabelAsync(lab.Images[3], lab.Owl, userId: bea);
        await lab.LabelAsync(lab.Images[3], lab.Owl, userId: cal);
        await lab.LabelAsync(lab.Images[4], lab.Owl, userId: bea);
        await lab.LabelAsync(lab.Images[4], lab.Robin, userId: cal);
        await lab.Labeller.DecideManyAsync(lab.UserId, lab.ProjectId, [lab.Images[4]], AnnotationKind.Label, lab.Robin, CancellationToken.None);

        var people = await ActivatorUtilities.CreateInstance<AnnotatorStatistics>(lab.Studio.Services)
            .ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

        var (first, second) = (people.Single(person => person.UserName == "Bea"), people.Single(person => person.UserName == "Cal"));
        Assert.Equal(900, first.LabelsPerHour!.Value, 6);
        Assert.Equal(2.0 / 3, first.AcceptRate!.Value, 6);
        Assert.Equal((5, 0.5), (first.Labels, first.Agreement));
        Assert.Equal((null, 1.0), (second.LabelsPerHour, second.Agreement));

        var own = await OwnAsync(lab, bea);
        Assert.Equal((5, 5, 0), (own.Labels, own.LabelsToday, own.Standing));
        Assert.Equal((first.LabelsPerHour, first.AcceptRate), (own.LabelsPerHour, own.AcceptRate));
        lab.Clock.Advance(TimeSpan.FromDays(1));
        own = await OwnAsync(lab, bea);
        Assert.Equal((5, 0, 3), (own.Labels, own.LabelsToday, own.Standing));

        Task<DecisionResult> LabelAsync(Guid person, int image, Guid given, Guid suggested, int leadTimeMs) => lab.DecideAsync(
            new Decision(Guid.NewGuid(), lab.Images[image], AnnotationKind.Label, given, null, suggested, 0.7, "live head", leadTimeMs), person);
    }

    [Fact]
    public async Task OwnAsync_HiddenChecks_AreToldTheDayAfterAndOnlyIfTheProjectAllows()
    {
        await using var lab = await LabellingFixture.StartAsync(6);
        var bea = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");
        var plan = new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 50, TellsOwnAccuracy = true };
        await lab.Studio.Get<QualityPlans>().SetAsync(lab.UserId, plan, CancellationToken.None);
        foreach (var image in lab.Images[..5])
        {
            await lab.LabelAsync(image, lab.Owl);
            await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, image, CancellationToken.None);
            await lab.LabelAsync(image, image == lab.Images[0] ? lab.Robin : lab.Owl, userId: bea);
        }

        var sameDay = await OwnAsync();
        lab.Clock.Advance(TimeSpan.FromDays(1));
        var nextDay = await OwnAsync();
        var hiding = plan.Copy();
        hiding.TellsOwnAccuracy = false;
        await lab.Studio.Get<QualityPlans>().SetAsync(lab.UserId, hiding, CancellationToken.None);

        Assert.Equal((5, 5, null), (sameDay.Labels, sameDay.LabelsToday, sameDay.CheckAccuracy));
        Assert.Equal((5, 0, 0.8), (nextDay.Labels, nextDay.LabelsToday, nextDay.CheckAccuracy!.Value));
        Assert.Null((await OwnAsync()).CheckAccuracy);

        Task<OwnFigures> OwnAsync() => AnnotatorStatisticsTests.OwnAsync(lab, bea);
    }

    [Fact]
    public async Task OwnAsync_DiscardedImage_CountsAlikeWhetherItIsAHiddenCheckOrNot()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.Studio.Get<QualityPlans>().SetAsync(lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 50 }, CancellationToken.None);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None);
        var (bea, cal) = (await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea"), await lab.Studio.AddUserAsync(StudioRole.Annotator, "Cal"));
        await DiscardAsync(bea, lab.Images[0]);
        await DiscardAsync(cal, lab.Images[1]);

        Assert.Equal(AnnotationKind.Vote, (await lab.AnnotationsAsync()).Single(annotation => annotation.UserId == bea).Kind);
        Assert.Equal(await OwnAsync(lab, cal), await OwnAsync(lab, bea));
        lab.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(await OwnAsync(lab, cal), await OwnAsync(lab, bea));

        Task<DecisionResult> DiscardAsync(Guid person, long image) => lab.DecideAsync(
            new Decision(Guid.NewGuid(), image, AnnotationKind.Discard, null, null, lab.Owl, 0.7, "live head", 3000), person);
    }

    private static Task<OwnFigures> OwnAsync(LabellingFixture lab, Guid person) =>
        ActivatorUtilities.CreateInstance<AnnotatorStatistics>(lab.Studio.Services).OwnAsync(person, lab.ProjectId, CancellationToken.None);
}
