using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Components;
using LabelStudio.Web.Pages.Classes;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Classes;

/// <summary>The classes of a project whose images may have several of them.</summary>
public sealed class SeveralClassesTests : PageTest
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_Combinations_StandApartWithTheWayToExactlyTheirImages()
    {
        var (context, dog, cat) = await StartAsync();

        var page = Render<CascadingValue<ProjectContext>>(parameters => parameters
            .Add(p => p.Value, context)
            .AddChildContent<ClassesPage>(p => p.Add(page => page.ProjectId, context.Id)));

        page.WaitForElement("[data-testid=combinations]");
        Assert.Equal(["Dog", "Cat"], page.FindAll(".class-name").Select(name => name.TextContent));
        Assert.Equal(["3", "2"], page.FindAll(".class-table tbody .cell-number").Select(cell => cell.TextContent));
        Assert.Equal(["Dog + Cat", "2", "No class", "1"], page.FindAll("[data-testid=combinations] td").Select(cell => cell.TextContent));
        var both = (await ListAsync(context.Id)).Single(item => item.MemberIds is { Count: 2 });
        Assert.Equal($"projects/{context.Id}/images?class={both.Id}", page.Find("[data-testid=combinations] a").GetAttribute("href"));
        Assert.Empty(page.FindAll(".archived-classes"));
        Assert.NotEqual(dog, cat);
    }

    [Fact]
    public async Task MergeDialog_ImagesWithBoth_AreCountedOnce()
    {
        var (context, dog, cat) = await StartAsync();
        RenderProviders();
        var classes = await ListAsync(context.Id);
        var dialog = Render<MudDialogProvider>();
        await dialog.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<MergeDialog>("Merge", new DialogParameters<MergeDialog>
        {
            { merge => merge.ProjectId, context.Id },
            { merge => merge.From, classes.Single(item => item.Id == cat) },
            { merge => merge.Classes, classes },
        }));

        var select = dialog.FindComponent<MudSelect<Guid?>>();
        await dialog.DoAsync(() => select.Instance.ValueChanged.InvokeAsync(dog));

        Assert.Equal(["2", "3"], dialog.FindAll("p strong").Select(number => number.TextContent));
        Assert.Equal("2 of them have other classes too and keep those; 2 have both already.", dialog.Find("[data-testid=merge-several]").TextContent);
    }

    [Fact]
    public async Task ArchiveDialog_ImagesLoseTheClass_ThoseWithOthersKeepThem()
    {
        var (context, dog, cat) = await StartAsync();
        RenderProviders();
        var classes = await ListAsync(context.Id);
        var dialog = Render<MudDialogProvider>();
        await dialog.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<ArchiveDialog>("Archive", new DialogParameters<ArchiveDialog>
        {
            { archive => archive.ProjectId, context.Id },
            { archive => archive.Class, classes.Single(item => item.Id == dog) },
            { archive => archive.Classes, classes },
            { archive => archive.TakesSeveral, true },
        }));

        Assert.Equal("Its 3 images (2 with other classes too)", dialog.Find(".archive-choice legend").TextContent);
        dialog.Do(() => dialog.Find("[data-testid=archive-clear]").Change(true));
        await dialog.DoAsync(() => dialog.FindAll("button").Single(button => button.TextContent.Contains("Archive", StringComparison.Ordinal)).ClickAsync(new()));

        var counts = (await ListAsync(context.Id)).ToDictionary(item => item.Name, item => item.LabelledCount);
        Assert.Equal((0, 2, 1), (counts["Dog"], counts["Cat"], counts["No class"]));
        Assert.Equal(1, (await Services.GetRequiredService<ImageLibrary>().CountsAsync(UserId, context.Id, Cancel)).Unlabelled);
        Assert.NotEqual(dog, cat);
    }

    [Fact]
    public void Older_Combinations_AreNoClassesThatJoined()
    {
        var dog = new ClassInfo(Guid.NewGuid(), "Dog", "#888888", null, 0, "", false, null, DateTime.UnixEpoch, 5, 0);
        var both = dog with { Id = Guid.NewGuid(), MemberIds = [dog.Id, Guid.NewGuid()] };

        Assert.Equal(new Dictionary<Guid, int> { [dog.Id] = 3 }, RecheckOffer.Older([dog, both], new Dictionary<int, int> { [4] = 3, [5] = 9 }));
    }

    /// <summary>An image shows a dog, two show a dog and a cat, one shows neither.</summary>
    private async Task<(ProjectContext Context, Guid Dog, Guid Cat)> StartAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        var context = await AddProjectAsync("Pets");
        var now = context.Details;
        await Services.GetRequiredService<ProjectCatalog>().UpdateAsync(
            UserId,
            context.Id,
            new(now.Name, now.Description, now.Guidelines, now.TrainPercent, now.ValidationPercent, now.TestPercent, now.DefaultOrder, now.SuggestionSource) { TakesSeveralClasses = true },
            Cancel);
        var catalog = Services.GetRequiredService<ClassCatalog>();
        var dog = (await catalog.CreateAsync(UserId, context.Id, new NewClass("Dog"), Cancel)).Id;
        var cat = (await catalog.CreateAsync(UserId, context.Id, new NewClass("Cat"), Cancel)).Id;
        Guid[][] labels = [[dog], [dog, cat], [cat, dog], []];
        foreach (var (number, classIds) in labels.Index())
        {
            var image = await AddImageAsync(context.Id, $"{number}.png");
            await Services.GetRequiredService<ImageLabeller>().DecideAsync(
                UserId, context.Id, [new Decision(Guid.CreateVersion7(), image, AnnotationKind.Label) { ClassIds = classIds }], Cancel);
        }

        return (context with { Details = now with { TakesSeveralClasses = true } }, dog, cat);
    }

    private Task<IReadOnlyList<ClassInfo>> ListAsync(Guid projectId) =>
        Services.GetRequiredService<ClassCatalog>().ListAsync(UserId, projectId, Cancel);
}
