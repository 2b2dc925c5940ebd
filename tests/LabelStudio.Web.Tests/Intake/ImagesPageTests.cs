using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Tests;
using LabelStudio.Web.Api;
using LabelStudio.Web.Components;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Intake;

public sealed class ImagesPageTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StudioRole.Annotator, false)]
    [InlineData(StudioRole.MlLead, true)]
    public async Task Suggestions_HiddenByTheProject_AreOfferedToLeadsOnly(StudioRole role, bool areOffered)
    {
        await SignInAsync(role);
        var project = await AddProjectAsync("Birds");
        await AddImageAsync(project.Id, new QualityPlan { ProjectId = project.Id, HidesSuggestions = true });

        var page = Show(project);

        page.WaitForElement("[data-testid=image-grid]");
        Assert.Equal(areOffered, page.FindAll("[data-action=accept]").Count == 1);
        Assert.Equal(areOffered, page.FindAll("[data-part=show-suggestions]").Count == 1);
        Assert.Equal(areOffered, page.FindAll("option[value=suggestion]").Count == 1);
        Assert.Equal(areOffered, page.FindAll("[data-testid=agrees]").Count == 1);
    }

    [Fact]
    public async Task OwnRejectedLabels_AreToldWithAWayToThem()
    {
        await SignInAsync(StudioRole.Annotator);
        var project = await AddProjectAsync("Birds");
        await AddImageAsync(project.Id, new QualityPlan { ProjectId = project.Id });
        var owner = await AddPersonAsync(StudioRole.Administrator);
        var owl = await Services.GetRequiredService<ClassCatalog>().CreateAsync(owner, project.Id, new NewClass("Owl"), Token);
        var image = Assert.Single(await Services.GetRequiredService<ImageLibrary>().IdsAsync(owner, project.Id, new ImageFilter(), Token));
        await Services.GetRequiredService<ImageLabeller>().DecideAsync(
            UserId, project.Id, [new Decision(Guid.NewGuid(), image, AnnotationKind.Label, owl.Id)], Token);
        var checks = Services.GetRequiredService<LabelChecks>();
        var task = Assert.Single(await checks.NextAsync(owner, project.Id, CheckOrder.Oldest, 1, Token));
        await checks.JudgeAsync(owner, project.Id, task, CheckVerdict.Rejected, null, "blurred", Token);

        var page = Show(project);

        var note = page.WaitForElement("[data-testid=own-rejected]");
        Assert.Contains("1 of your labels was rejected", note.TextContent, StringComparison.Ordinal);
        Assert.EndsWith($"?by={UserId}&review=rejected", note.QuerySelector("a")!.GetAttribute("href"), StringComparison.Ordinal);
        var search = ActivatorUtilities.CreateInstance<GridSearch>(Services);
        Assert.Equal([image], await search.FindAsync(UserId, project.Id, GridQuery.RejectedOf(UserId), Token));
        Assert.Empty(await search.FindAsync(UserId, project.Id, GridQuery.RejectedOf(owner), Token));
        Assert.Empty(await search.FindAsync(UserId, project.Id, new GridQuery(Review: "accepted"), Token));
    }

    private async Task AddImageAsync(Guid projectId, QualityPlan plan)
    {
        var owner = await AddPersonAsync(StudioRole.Administrator);
        var intake = Services.GetRequiredService<ImageIntake>();
        var batch = await intake.StartBatchAsync(owner, projectId, "upload", Token);
        await intake.AddAsync(owner, projectId, batch, "1.png", TestImages.PngStream(1), null, Token);
        await Services.GetRequiredService<QualityPlans>().SetAsync(owner, plan, Token);
    }

    private IRenderedComponent<CascadingValue<ProjectContext>> Show(ProjectContext project)
    {
        RenderProviders();
        return Render<CascadingValue<ProjectContext>>(cascade => cascade
            .Add(value => value.Value, project)
            .AddChildContent<ImagesPage>(page => page.Add(item => item.ProjectId, project.Id)));
    }
}
