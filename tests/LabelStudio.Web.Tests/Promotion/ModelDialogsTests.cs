using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Promotion;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Promotion;

/// <summary>What is asked before a model is promoted, deleted or rolled back to none.</summary>
public sealed class ModelDialogsTests : PageTest
{
    private Guid _project;
    private Guid _class;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ModelRegistry Models => Services.GetRequiredService<ModelRegistry>();

    [Fact]
    public async Task Promote_GateAllows_PromotesAtOnePress()
    {
        var model = await AddModelAsync(1);
        var provider = await OpenPromotionAsync(model);

        provider.WaitForAssertion(() => Assert.Contains("You can roll back at any time", provider.Markup, StringComparison.Ordinal));
        provider.Do(() => ButtonOf(provider, "Promote").Click());

        provider.WaitForAssertion(() => Assert.Empty(provider.FindAll(".mud-dialog")));
        Assert.Equal(model, (await Models.ProductionAsync(_project, Token))?.Id);
    }

    [Fact]
    public async Task Promote_GateSpeaksAgainstIt_AsksForAReasonThatIsKept()
    {
        var first = await AddModelAsync(1);
        await Models.PromoteAsync(UserId, first, null, Token);
        var second = await AddModelAsync(2);
        var provider = await OpenPromotionAsync(second);

        provider.WaitForAssertion(() => Assert.True(ButtonOf(provider, "Overrule the gate").HasAttribute("disabled")));
        provider.Do(() => provider.Find("textarea").Input("Tried on the shop floor"));
        provider.WaitForAssertion(() => Assert.False(ButtonOf(provider, "Overrule the gate").HasAttribute("disabled")));
        provider.Do(() => ButtonOf(provider, "Overrule the gate").Click());

        provider.WaitForAssertion(() => Assert.Empty(provider.FindAll(".mud-dialog")));
        Assert.Equal(second, (await Models.ProductionAsync(_project, Token))?.Id);
        Assert.Equal("Tried on the shop floor", (await Services.GetRequiredService<ModelHistory>().ListAsync(UserId, _project, Token))[0].Reason);
    }

    [Fact]
    public async Task Delete_PromotedModel_SaysWhyNotAndOffersNothing()
    {
        var model = await AddModelAsync(1);
        await Models.PromoteAsync(UserId, model, null, Token);

        var provider = await OpenDeletionAsync(model);

        Assert.NotEmpty(provider.WaitForElement("[data-testid=deletion-blocked]").QuerySelectorAll("li"));
        Assert.True(ButtonOf(provider, "Delete").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Delete_ModelThatNothingRestsOn_SaysWhatIsLostAndDeletesIt()
    {
        var model = await AddModelAsync(1);

        var provider = await OpenDeletionAsync(model);
        Assert.NotEmpty(provider.WaitForElement("[data-testid=deletion-losses]").QuerySelectorAll("li"));
        provider.Do(() => ButtonOf(provider, "Delete").Click());

        provider.WaitForAssertion(() => Assert.Empty(provider.FindAll(".mud-dialog")));
        Assert.Empty(await Models.ListAsync(UserId, _project, Token));
    }

    [Fact]
    public async Task RollBack_FirstPromotion_IsAskedOnceMoreAndDoneOnlyWhenAgreed()
    {
        var model = await AddModelAsync(1);
        await Models.PromoteAsync(UserId, model, null, Token);
        var provider = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        var view = Render<ModelsView>(p => p.Add(v => v.ProjectId, _project).Add(v => v.CanPromote, true));
        view.WaitForElement(".history button");

        view.Do(() => view.Find(".history button").Click());
        Assert.Contains("No model was promoted before Model 1", provider.WaitForElement("[data-testid=roll-back-to-none]").TextContent, StringComparison.Ordinal);
        provider.Do(() => ButtonOf(provider, "Cancel").Click());
        provider.WaitForAssertion(() => Assert.Empty(provider.FindAll(".mud-dialog")));
        Assert.Equal(model, (await Models.ProductionAsync(_project, Token))?.Id);

        view.WaitForAssertion(() => Assert.False(view.Find(".history button").HasAttribute("disabled")));
        view.Do(() => view.Find(".history button").Click());
        provider.WaitForElement("[data-testid=roll-back-to-none]");
        provider.Do(() => ButtonOf(provider, "Roll back to no model").Click());

        view.WaitForAssertion(() => Assert.Contains("no model answers", view.Find(".history").TextContent, StringComparison.Ordinal));
        Assert.Null(await Models.ProductionAsync(_project, Token));
    }

    [Fact]
    public async Task RollBack_SecondPromotion_NeedsNoQuestion()
    {
        var first = await AddModelAsync(1);
        await Models.PromoteAsync(UserId, first, null, Token);
        await Models.PromoteAsync(UserId, await AddModelAsync(2), "Untested on purpose", Token);
        RenderProviders();
        var view = Render<ModelsView>(p => p.Add(v => v.ProjectId, _project).Add(v => v.CanPromote, true));
        view.WaitForElement(".history button");

        view.Do(() => view.Find(".history button").Click());

        view.WaitForAssertion(() => Assert.Contains("rolled back from Model 2 to Model 1", view.Find(".history").TextContent, StringComparison.Ordinal));
        Assert.Equal(first, (await Models.ProductionAsync(_project, Token))?.Id);
    }

    private async Task<Guid> AddModelAsync(int number)
    {
        if (UserId == Guid.Empty)
        {
            await SignInAsync(StudioRole.MlLead);
            _project = (await AddProjectAsync("Clothes")).Id;
            _class = (await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, _project, new NewClass("hat"), Token)).Id;
        }

        return await ReadyModels.AddAsync(Services, UserId, _project, number, [_class], Token);
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenPromotionAsync(Guid model) =>
        OpenAsync<PromoteDialog>(new DialogParameters<PromoteDialog> { { dialog => dialog.ModelId, model } });

    private async Task<IRenderedComponent<MudDialogProvider>> OpenDeletionAsync(Guid model) =>
        await OpenAsync<DeleteModelDialog>(new DialogParameters<DeleteModelDialog> { { dialog => dialog.Model, await Models.GetAsync(UserId, model, Token) } });

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync<TDialog>(DialogParameters parameters)
        where TDialog : Microsoft.AspNetCore.Components.IComponent
    {
        var provider = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        await provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<TDialog>("Asked", parameters));
        return provider;
    }

    private static AngleSharp.Dom.IElement ButtonOf(IRenderedComponent<MudDialogProvider> provider, string text) =>
        provider.FindAll(".mud-dialog-actions button").Single(button => button.TextContent.Trim() == text);
}
