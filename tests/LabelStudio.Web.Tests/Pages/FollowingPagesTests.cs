using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Components;
using LabelStudio.Web.Pages.Classes;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Pages.Labelling;
using LabelStudio.Web.Tests.Hosting;
using LabelStudio.Tests;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Pages;

/// <summary>What changes between a page's first read and its first drawing is seen all the same.</summary>
public sealed class FollowingPagesTests : PageTest
{
    [Fact]
    public async Task Classes_MadeWhileThePageIsFirstDrawn_Appear()
    {
        var page = await RenderAsync<ClassesPage>(AddClassAsync);

        page.WaitForAssertion(() => Assert.Contains("Owl", page.Find(".class-panel").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Images_BroughtWhileThePageIsFirstDrawn_Appear()
    {
        var page = await RenderAsync<ImagesPage>(AddImageAsync);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindComponents<ImageGrid>()));
    }

    [Fact]
    public async Task Label_FirstClassMadeWhileThePageIsFirstDrawn_OpensTheWorkspace()
    {
        var page = await RenderAsync<LabelPage>(AddClassAsync, AddImageAsync);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=focus-view]")));
    }

    /// <param name="change">Happens when the page draws its title for the first time: it has read, and is not on screen yet.</param>
    /// <param name="before">Happens before.</param>
    private async Task<IRenderedComponent<TPage>> RenderAsync<TPage>(Func<Guid, Task> change, Func<Guid, Task>? before = null)
        where TPage : ProjectPage
    {
        await SignInAsync(StudioRole.MlLead);
        var context = await AddProjectAsync("Birds");
        await (before?.Invoke(context.Details.Id) ?? Task.CompletedTask);
        var isFirst = true;
        ComponentFactories.AddStub<PageTitle>(_ =>
        {
            if (isFirst)
            {
                isFirst = false;
                Task.Run(() => change(context.Details.Id)).GetAwaiter().GetResult();
            }

            return "";
        });
        RenderProviders();
        return Render<CascadingValue<ProjectContext>>(cascade => cascade
            .Add(value => value.Value, context)
            .AddChildContent<TPage>(page => page.Add(item => item.ProjectId, context.Details.Id))).FindComponent<TPage>();
    }

    private async Task AddClassAsync(Guid projectId) =>
        await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, projectId, new NewClass("Owl"), TestContext.Current.CancellationToken);

    private async Task AddImageAsync(Guid projectId)
    {
        var cancel = TestContext.Current.CancellationToken;
        var intake = Services.GetRequiredService<ImageIntake>();
        var batch = await intake.StartBatchAsync(UserId, projectId, "test", cancel);
        await intake.AddAsync(UserId, projectId, batch, "owl.png", TestImages.PngStream(1), null, cancel);
    }
}
