using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Api;
using LabelStudio.Web.Components;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Intake;

/// <summary>Parts of the images page in projects whose images may have several classes.</summary>
public sealed class SeveralClassesPartsTests : PageTest
{
    private static readonly ClassInfo Dog = Class("Dog", 7);
    private static readonly ClassInfo Cat = Class("Cat", 0);
    private static readonly ClassInfo Both = Class("Dog + Cat", 2) with { MemberIds = [Dog.Id, Cat.Id] };
    private static readonly ClassInfo NoClass = Class("No class", 3) with { MemberIds = [] };

    [Fact]
    public void FilterBar_Classes_AreToChooseAndCombinationsStandApart()
    {
        GridQuery? asked = null;
        var gone = Class("Cat + Bird", 0) with { MemberIds = [Cat.Id, Guid.NewGuid()] };
        var bar = ShowFilter([Dog, Cat, Both, NoClass, gone], query => asked = query);
        var select = bar.FindAll("select")[0];

        Assert.Equal(["every class", "Dog (7)", "Cat (0)", "No class (3)"], select.Children.Where(child => child.LocalName == "option").Select(option => option.TextContent));
        Assert.Equal(["Dog + Cat (2)"], select.QuerySelectorAll("optgroup option").Select(option => option.TextContent));
        bar.Do(() => bar.FindAll("select")[0].Change(Both.Id.ToString()));
        Assert.Equal($"class={Both.Id}", asked!.ToQueryString());
    }

    [Fact]
    public void FilterBar_OneClassEach_HasNoGroupOfCombinations() => Assert.Empty(ShowFilter([Dog, Cat], _ => { }).FindAll("optgroup"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ImageGrid_TakesSeveralClasses_OffersToReplaceAddAndRemove(bool takesSeveral)
    {
        await SignInAsync(StudioRole.Annotator);
        var context = await AddProjectAsync("Pets");
        context = context with { Details = context.Details with { TakesSeveralClasses = takesSeveral } };

        var grid = Render<CascadingValue<ProjectContext>>(parameters => parameters
            .Add(p => p.Value, context)
            .AddChildContent<ImageGrid>(p => p.Add(grid => grid.ProjectId, context.Id).Add(grid => grid.Query, new GridQuery()).Add(grid => grid.Classes, [Dog, Cat])));

        Assert.Equal(takesSeveral ? ["Replace", "Add", "Remove"] : [], grid.FindAll("[data-change]").Select(button => button.TextContent));
        Assert.Equal(takesSeveral ? 1 : 0, grid.FindAll("[data-part=none]").Count);
        Assert.Single(grid.FindAll("[data-action=label]"));
    }

    /// <summary>The page hears of a new combination a moment later than the person may go on.</summary>
    [Fact]
    public async Task ImageGrid_ClassTakenOffImagesOfACombinationThatThePageDoesNotKnowYet_IsAskedAbout()
    {
        await SignInAsync(StudioRole.MlLead);
        var context = await AddProjectAsync("Pets");
        var labels = await LabelledAsync(context.Id, "pets.png", "Dog", "Cat");
        var (pair, cat) = (labels.Single(item => item.Name == "Dog + Cat").Id, labels.Single(item => item.Name == "Cat").Id);
        Render<MudPopoverProvider>();
        var provider = Render<MudDialogProvider>();
        var grid = Render<CascadingValue<ProjectContext>>(parameters => parameters
            .Add(p => p.Value, context)
            .AddChildContent<ImageGrid>(p => p.Add(grid => grid.ProjectId, context.Id).Add(grid => grid.Query, new GridQuery()).Add(grid => grid.Classes, [.. labels.Where(item => !item.IsCombination)])));
        var preview = new SetChangePreview(3, new SelectionCounts(0, 0, new Dictionary<Guid, int> { [pair] = 3 }), [cat], Removes: true, IsLong: false);

        await provider.InvokeAsync(() => { _ = grid.FindComponent<ImageGrid>().Instance.ConfirmSetChangeAsync(preview); });

        provider.WaitForAssertion(() => Assert.Contains("Cat is taken away from 3 images: 3 keep their other classes.", provider.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void GridClass_OfACombination_CarriesItsClassesAndIsEqualWhenReadAgain()
    {
        var classes = GridClass.Of([Dog, Both, NoClass, Cat with { IsArchived = true }]);

        Assert.Equal([null, $"{Dog.Id} {Cat.Id}", ""], classes.Select(item => item.Members));
        Assert.Equal(classes, GridClass.Of([Dog, Both with { MemberIds = [Dog.Id, Cat.Id] }, NoClass]));
    }

    [Fact]
    public async Task ImageDialog_SeveralClasses_ShowsAChipOfEachAndTheHistoryInWords()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Pets")).Id;
        var classes = await LabelledAsync(project, "pets.png", "Dog", "Cat");
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        var provider = Render<MudDialogProvider>();
        var image = Assert.Single(await Services.GetRequiredService<ImageLibrary>().IdsAsync(UserId, project, new ImageFilter(), TestContext.Current.CancellationToken));

        await provider.InvokeAsync(() => { _ = ImageDialog.ShowAsync(Services.GetRequiredService<IDialogService>(), image, classes); });

        provider.WaitForAssertion(() => Assert.Equal(["Dog", "Cat"], provider.FindAll("dl .class-chip-name").Select(chip => chip.TextContent)));
        provider.WaitForAssertion(() => Assert.Equal(["labelled Dog + Cat", "labelled No class"], provider.FindAll(".image-history-what")
            .Select(line => string.Join(' ', line.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))));
        var choice = provider.Find(".example-choice select");
        Assert.Equal(["Dog", "Cat"], choice.QuerySelectorAll("option").Select(option => option.TextContent));
    }

    /// <summary>An image that was first said to show none, then to show these classes, which are made.</summary>
    private async Task<IReadOnlyList<ClassInfo>> LabelledAsync(Guid projectId, string fileName, params string[] names)
    {
        var cancel = TestContext.Current.CancellationToken;
        var projects = Services.GetRequiredService<ProjectCatalog>();
        var now = await projects.GetAsync(UserId, projectId, cancel);
        await projects.UpdateAsync(
            UserId,
            projectId,
            new(now.Name, now.Description, now.Guidelines, now.TrainPercent, now.ValidationPercent, now.TestPercent, now.DefaultOrder, now.SuggestionSource) { TakesSeveralClasses = true },
            cancel);
        var catalog = Services.GetRequiredService<ClassCatalog>();
        var ids = new List<Guid>();
        foreach (var name in names)
        {
            ids.Add((await catalog.CreateAsync(UserId, projectId, new NewClass(name), cancel)).Id);
        }

        var image = await AddImageAsync(projectId, fileName);
        foreach (var classIds in new[] { [], ids })
        {
            await Services.GetRequiredService<ImageLabeller>().DecideAsync(
                UserId, projectId, [new Decision(Guid.CreateVersion7(), image, AnnotationKind.Label) { ClassIds = classIds }], cancel);
        }

        return await catalog.ListAsync(UserId, projectId, cancel);
    }

    private IRenderedComponent<FilterBar> ShowFilter(IReadOnlyList<ClassInfo> classes, Action<GridQuery> changed) => Render<FilterBar>(parameters => parameters
        .Add(p => p.Query, new GridQuery())
        .Add(p => p.Counts, new ImageCounts(10, 4, 5, 1, 3))
        .Add(p => p.Classes, classes)
        .Add(p => p.Batches, [])
        .Add(p => p.OnChanged, EventCallback.Factory.Create(this, changed)));

    private static ClassInfo Class(string name, int labelled) =>
        new(Guid.NewGuid(), name, "#888888", null, 0, "", false, null, DateTime.UnixEpoch, 1, labelled);
}
