using AngleSharp.Dom;
using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Projects;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Pages.Projects;

public sealed class ProjectFormTests : PageTest
{
    [Fact]
    public async Task Form_NewName_IsSaved()
    {
        await SignInAsync(StudioRole.MlLead);
        RenderProviders();
        var context = await AddProjectAsync("Old");
        var form = Render<ProjectForm>(parameters => parameters.AddCascadingValue(context));

        form.Do(() => form.FindAll("input")[0].Change("New"));
        await form.DoAsync(() => Save(form).ClickAsync(new()));

        var catalog = Services.GetRequiredService<ProjectCatalog>();
        var saved = await catalog.GetAsync(UserId, context.Id, TestContext.Current.CancellationToken);
        Assert.Equal("New", saved.Name);
    }

    [Fact]
    public async Task Form_SuggestionsOfThePromotedModel_AreSaved()
    {
        await SignInAsync(StudioRole.MlLead);
        RenderProviders();
        var context = await AddProjectAsync("Advised");
        var form = Render<ProjectForm>(parameters => parameters.AddCascadingValue(context));

        await form.InvokeAsync(() => form.FindComponent<SuggestionSourceChoice>().Instance.SourceChanged.InvokeAsync(SuggestionSource.PromotedModel));
        Assert.Contains("Changes only with a promotion", form.Markup, StringComparison.Ordinal);
        await form.InvokeAsync(() => Save(form).ClickAsync(new()));

        var catalog = Services.GetRequiredService<ProjectCatalog>();
        var saved = await catalog.GetAsync(UserId, context.Id, TestContext.Current.CancellationToken);
        Assert.Equal(SuggestionSource.PromotedModel, saved.SuggestionSource);
    }

    [Fact]
    public async Task Form_SplitsThatAreNotAHundredPercent_CannotBeSaved()
    {
        await SignInAsync(StudioRole.MlLead);
        RenderProviders();
        var context = await AddProjectAsync("Parts");
        var form = Render<ProjectForm>(parameters => parameters.AddCascadingValue(context));

        form.Do(() => form.FindAll("input[type=number], input[inputmode=numeric]")[0].Change("90"));

        Assert.True(Save(form).HasAttribute("disabled"));
        Assert.Contains("110 %", form.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_AnAnnotator_MayOnlyRead()
    {
        await SignInAsync(StudioRole.Annotator);
        RenderProviders();
        var context = await AddProjectAsync("Parts");

        var form = Render<ProjectForm>(parameters => parameters.AddCascadingValue(context));

        Assert.DoesNotContain(form.FindAll("button"), button => button.TextContent.Contains("Save", StringComparison.Ordinal));
    }

    private static IElement Save(IRenderedComponent<ProjectForm> form) =>
        form.FindAll("button").Single(button => button.TextContent.Contains("Save", StringComparison.Ordinal));
}
