using Bunit;
using LabelStudio.Learning.Agreement;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Tests;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Review;

/// <summary>The review pages of a project whose images may have several classes.</summary>
public sealed class SeveralClassesReviewTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckKeys_ClassAddedAndEnter_GiveTheSetAndEnterAloneAccepts()
    {
        var (project, owl, robin, images) = await StartAsync(2);
        await LabelAsync(project, UserId, images, owl);
        var view = Render<CheckView>(p => p.Add(check => check.ProjectId, project).Add(check => check.TakesSeveral, true));
        view.WaitForElement("[data-testid=check]");

        var first = long.Parse(view.Find(".label-checks").GetAttribute("data-image-id")!, System.Globalization.CultureInfo.InvariantCulture);
        await view.InvokeAsync(() => view.Instance.KeyAsync(robin.ToString(), first));
        Assert.Contains("Save Owl + Robin", view.Find("[data-testid=save-label]").TextContent, StringComparison.Ordinal);
        await view.InvokeAsync(() => view.Instance.KeyAsync("enter", first));
        await view.InvokeAsync(() => view.Instance.KeyAsync("enter", images.Single(id => id != first)));

        Assert.Equal("Owl + Robin", await NameAsync(project, first));
        Assert.Equal("Owl", await NameAsync(project, images.Single(id => id != first)));
        var counts = await Services.GetRequiredService<LabelChecks>().CountsAsync(UserId, project, Token);
        Assert.Equal(new CheckCounts(0, 1, 0, 1), counts);
    }

    [Fact]
    public async Task Adjudication_SetsThatDiffer_AreShownByTheirClassesAndEnterSavesWhatTheyShareWithWhatIsAdded()
    {
        var (project, owl, robin, images) = await StartAsync(1);
        await Services.GetRequiredService<QualityPlans>().SetAsync(
            UserId, new QualityPlan { ProjectId = project, OverlapAnnotators = 2, OverlapPercent = 100 }, Token);
        await LabelAsync(project, await AddPersonAsync(StudioRole.Annotator), images, owl, robin);
        await LabelAsync(project, await AddPersonAsync(StudioRole.Annotator), images, owl);
        var view = Render<AdjudicationView>(p => p.Add(page => page.ProjectId, project).Add(page => page.TakesSeveral, true));
        view.WaitForElement("[data-testid=divided]");

        Assert.Equal([["Owl", "Robin"], ["Owl"]], view.FindAll(".judged-votes li")
            .Select(vote => vote.QuerySelectorAll(".class-chip-name").Select(name => name.TextContent).ToArray()));
        Assert.NotNull(view.Find("[data-testid='decide-Owl + Robin']"));
        Assert.Contains("Save Owl", view.Find("[data-testid=save-label]").TextContent, StringComparison.Ordinal);
        await view.InvokeAsync(() => view.Instance.KeyAsync(robin.ToString(), images[0]));
        await view.InvokeAsync(() => view.Instance.KeyAsync("save", images[0]));

        Assert.Equal("Owl + Robin", await NameAsync(project, images[0]));
    }

    [Fact]
    public async Task AdjudicationKey_WhereAnImageHasOneClass_DecidesAtOnce()
    {
        var (project, owl, robin, images) = await StartAsync(1, takesSeveral: false);
        await Services.GetRequiredService<QualityPlans>().SetAsync(
            UserId, new QualityPlan { ProjectId = project, OverlapAnnotators = 2, OverlapPercent = 100 }, Token);
        await LabelAsync(project, await AddPersonAsync(StudioRole.Annotator), images, owl);
        await LabelAsync(project, await AddPersonAsync(StudioRole.Annotator), images, robin);
        var view = Render<AdjudicationView>(p => p.Add(page => page.ProjectId, project));
        view.WaitForElement("[data-testid=decide-Robin]");

        await view.InvokeAsync(() => view.Instance.KeyAsync(robin.ToString(), images[0]));

        Assert.Equal("Robin", await NameAsync(project, images[0]));
    }

    [Fact]
    public void ClassAgreement_AllAndAPair_TellTheLeastClearClassFirst()
    {
        int?[][] owl = [[1, 1, 0, 0], [1, 1, 0, 1]], robin = [[1, 0, 0, 0], [1, 0, 0, 0]], wren = [[0, 0, 0, 0], [0, 0, 0, 0]];
        ClassAgreement[] classes = [Of("Robin", 1, robin), Of("Owl", 3, owl), Of("Wren", 0, wren)];

        var all = Table(null);
        var pair = Table(classes[0].Measures.Pairs[0]);

        Assert.Equal([["Owl", "3 images", "75.0 %", "0.53"], ["Robin", "1 image", "100.0 %", "1.00"], ["Wren", "0 images", "100.0 %", "–"]], all);
        Assert.Equal([["Owl", "2", "0", "1", "75.0 %", "0.50"], ["Robin", "1", "0", "0", "100.0 %", "1.00"]], pair);

        ClassAgreement Of(string name, int images, int?[][] answers) =>
            new(new AgreementClass(Guid.NewGuid(), name), images, AnnotatorAgreement.Of(answers, classes: 2));
        string[][] Table(PairAgreement? of) =>
        [
            .. Render<ClassAgreementTable>(p => p
                .Add(table => table.Classes, classes)
                .Add(table => table.Colours, new Dictionary<Guid, ClassInfo>())
                .Add(table => table.Pair, of))
                .FindAll("tbody tr").Select(row => row.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim().Replace('\u00a0', ' ')).ToArray()),
        ];
    }

    [Fact]
    public void LabelErrorNotes_RareCombinations_AreCountedAndClassesNamed()
    {
        var owl = DoubtCardTests.Class("Owl");
        var rare = Enumerable.Range(0, 100).Select(number => DoubtCardTests.Class($"Owl + {number}") with { MemberIds = [owl.Id] }).ToList();
        var classes = rare.Append(owl).ToDictionary(item => item.Id);

        var notes = Render<LabelErrorNotes>(p => p
            .Add(view => view.Report, new LabelErrorReport([], 10, 0, [.. classes.Keys], 20, 0, false))
            .Add(view => view.Classes, classes)
            .Add(view => view.ProjectId, Guid.NewGuid()));

        Assert.Equal(["Owl"], notes.FindAll(".class-chip-name").Select(name => name.TextContent));
        Assert.Contains("100 combinations of classes", notes.Find("[data-testid=too-few]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoubtCard_OtherClasses_AreHandedBack()
    {
        ClassInfo owl = DoubtCardTests.Class("Owl") with { Position = 0 }, robin = DoubtCardTests.Class("Robin") with { Position = 1 };
        IReadOnlyList<Guid>? given = null;
        var card = Render<DoubtCard>(p => p
            .Add(view => view.Doubt, DoubtQueueTests.Doubt(7) with { GivenClassId = owl.Id })
            .Add(view => view.Given, owl)
            .Add(view => view.CanLabel, true)
            .Add(view => view.TakesSeveral, true)
            .Add(view => view.Classes, new Dictionary<Guid, ClassInfo> { [owl.Id] = owl, [robin.Id] = robin })
            .Add(view => view.OnRelabel, ids => given = ids));

        await card.InvokeAsync(() => card.FindAll("[data-testid=others] li button")[1].Click());
        await card.InvokeAsync(() => card.Find("[data-testid=save-label]").Click());

        Assert.Equal([owl.Id, robin.Id], given);
    }

    private async Task<(Guid Project, Guid Owl, Guid Robin, long[] Images)> StartAsync(int images, bool takesSeveral = true)
    {
        await SignInAsync(StudioRole.Administrator);
        var project = await Services.GetRequiredService<ProjectCatalog>().CreateAsync(
            UserId, new NewProject("Birds") { TakesSeveralClasses = takesSeveral }, Token);
        var intake = Services.GetRequiredService<ImageIntake>();
        var batch = await intake.StartBatchAsync(UserId, project, "upload", Token);
        for (var seed = 1; seed <= images; seed++)
        {
            await intake.AddAsync(UserId, project, batch, $"{seed}.png", TestImages.PngStream(seed), null, Token);
        }

        var catalog = Services.GetRequiredService<ClassCatalog>();
        var owl = await catalog.CreateAsync(UserId, project, new NewClass("Owl"), Token);
        var robin = await catalog.CreateAsync(UserId, project, new NewClass("Robin"), Token);
        return (project, owl.Id, robin.Id, [.. await Services.GetRequiredService<ImageLibrary>().IdsAsync(UserId, project, new ImageFilter(), Token)]);
    }

    private Task<IReadOnlyList<DecisionResult>> LabelAsync(Guid project, Guid person, long[] images, params Guid[] classes) => Services.GetRequiredService<ImageLabeller>().DecideAsync(
        person, project, [.. images.Select(id => new Decision(Guid.NewGuid(), id, AnnotationKind.Label) { ClassIds = classes })], Token);

    private async Task<string?> NameAsync(Guid project, long image)
    {
        var label = (await Services.GetRequiredService<ImageLibrary>().GetAsync(UserId, image, Token)).ClassId;
        return (await Services.GetRequiredService<ClassCatalog>().ListAsync(UserId, project, Token)).FirstOrDefault(item => item.Id == label)?.Name;
    }
}
