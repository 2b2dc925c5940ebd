using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class AgreementReportsTests
{
    [Fact]
    public async Task GetAsync_TwoPeople_ComparesTheImagesBothLabelled()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var bo = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Owl);
        await lab.LabelAsync(lab.Images[2], lab.Robin);
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: bo);
        await lab.LabelAsync(lab.Images[1], lab.Robin, userId: bo);

        var report = await GetAsync(lab);

        Assert.Equal(["Bo", "You"], report.Annotators.Select(person => person.UserId == bo ? "Bo" : "You").Order());
        Assert.Equal(2, report.Measures.Images);
        Assert.Equal(0.5, report.Measures.Agreement);
        var pair = Assert.Single(report.Measures.Pairs);
        var (owl, robin) = (IndexOf(report, lab.Owl), IndexOf(report, lab.Robin));
        Assert.Equal(1, pair.Confusion[owl][owl]);
        Assert.Equal(1, report.Annotators[pair.First].UserId == bo ? pair.Confusion[robin][owl] : pair.Confusion[owl][robin]);
        var disagreement = Assert.Single(report.Disagreements);
        Assert.Equal(lab.Images[1], disagreement.ImageId);
        Assert.Equal(lab.Robin, disagreement.Votes[report.Annotators.ToList().FindIndex(person => person.UserId == bo)]);
    }

    [Fact]
    public async Task GetAsync_AnUndoneLabel_IsNoVoteUntilItIsDoneAgain()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var bo = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: bo);
        await lab.LabelAsync(lab.Images[0], lab.Robin);

        await lab.Labeller.UndoAsync(lab.UserId, lab.ProjectId, TestContext.Current.CancellationToken);
        var undone = await GetAsync(lab);
        await lab.Labeller.RedoAsync(lab.UserId, lab.ProjectId, TestContext.Current.CancellationToken);
        var redone = await GetAsync(lab);

        Assert.Empty(undone.Annotators);
        Assert.Equal(0, undone.Measures.Images);
        Assert.Equal(1, redone.Measures.Images);
        Assert.Equal(1, redone.DisagreementCount);
    }

    [Fact]
    public async Task GetAsync_ClassesMergedSince_CountAsOne()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var bo = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: bo);
        await lab.Studio.Get<ClassCatalog>().MergeAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Robin, TestContext.Current.CancellationToken);

        var report = await GetAsync(lab);

        Assert.Equal(1, report.Measures.Agreement);
        Assert.Equal(lab.Robin, Assert.Single(report.Classes).Id);
        Assert.Empty(report.Disagreements);
    }

    [Fact]
    public async Task GetAsync_ThreePeopleOnOneImage_TellsTheShareOfEqualPairsOfTheImage()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo"));
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: await lab.Studio.AddUserAsync(StudioRole.Annotator, "Cy"));

        var report = await GetAsync(lab);

        Assert.Equal(1 / 3.0, Assert.Single(report.Disagreements).Agreement, 1e-12);
        Assert.Equal(1 / 3.0, report.Measures.Agreement!.Value, 1e-12);
    }

    /// <summary>
    /// Owl: yes/yes, yes/yes, no/no, no/yes. Robin: no/no, yes/no, yes/yes, no/no. By hand: 3 of 4 agree, chance agrees on half,
    /// so kappa is (0.75 - 0.5) / 0.5; alpha is 1 - 0.25 / (1 - (5·4 + 3·2) / (8·7)) = 8 / 15. As sets: 2 of 4.
    /// </summary>
    [Fact]
    public async Task GetAsync_SeveralClassesAnImage_MeasuresEachClassAsAQuestionAndEachSetAsOneAnswer()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await SeveralClasses.TakeAsync(lab);
        var bo = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        Guid[][] own = [[lab.Owl], [lab.Owl, lab.Robin], [lab.Robin], []], others = [[lab.Owl], [lab.Owl], [lab.Robin], [lab.Owl]];
        for (var image = 0; image < own.Length; image++)
        {
            await GiveAsync(lab.UserId, own[image]);
            await GiveAsync(bo, others[image]);

            Task<DecisionResult> GiveAsync(Guid person, Guid[] classes) => lab.DecideAsync(
                new Decision(Guid.NewGuid(), lab.Images[image], AnnotationKind.Label) { ClassIds = classes }, person);
        }

        var report = await GetAsync(lab);

        Assert.Equal((4, 0.5), (report.Measures.Images, report.Measures.Agreement));
        Assert.Equal(["Owl", "Robin", "No class", "Owl + Robin"], report.Classes.Select(item => item.Name).OrderBy(name => name.Length));
        Assert.Equal([("Owl", 3), ("Robin", 2)], report.ByClass!.Select(item => (item.Class.Name, item.Images)));
        foreach (var item in report.ByClass!)
        {
            var pair = Assert.Single(item.Measures.Pairs);
            Assert.Equal((4, 0.75), (item.Measures.Images, item.Measures.Agreement));
            Assert.Equal((0.75, 0.5), (pair.Agreement, pair.Kappa!.Value));
            Assert.Equal(8 / 15.0, item.Measures.KrippendorffAlpha!.Value, 1e-12);
        }
    }

    [Fact]
    public async Task GetAsync_OneClassAnImage_HasNoFiguresClassByClass()
    {
        await using var lab = await LabellingFixture.StartAsync();

        Assert.Null((await GetAsync(lab)).ByClass);
    }

    [Fact]
    public async Task GetAsync_Stranger_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => Reports(lab).GetAsync(Guid.NewGuid(), lab.ProjectId, TestContext.Current.CancellationToken));
    }

    private static int IndexOf(AgreementReport report, Guid classId) => report.Classes.ToList().FindIndex(item => item.Id == classId);

    private static Task<AgreementReport> GetAsync(LabellingFixture lab) =>
        Reports(lab).GetAsync(lab.UserId, lab.ProjectId, TestContext.Current.CancellationToken);

    private static AgreementReports Reports(LabellingFixture lab) =>
        new(lab.Studio.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<StudioDbContext>>(), lab.Studio.Get<ProjectAccess>());
}
