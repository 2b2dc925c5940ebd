using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Classes;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Classes;

public sealed class ArchiveDialogTests : PageTest
{
    [Fact]
    public async Task Dialog_ClassWithImages_OffersToKeepClearOrMoveThem()
    {
        await SignInAsync(StudioRole.MlLead);
        var context = await AddProjectAsync("Birds");
        var catalog = Services.GetRequiredService<ClassCatalog>();
        var owl = await catalog.CreateAsync(UserId, context.Id, new NewClass("Owl"), TestContext.Current.CancellationToken);
        var provider = Render<MudDialogProvider>();
        Render<MudPopoverProvider>();
        Render<MudSnackbarProvider>();
        var parameters = new DialogParameters<ArchiveDialog>
        {
            { dialog => dialog.ProjectId, context.Id },
            { dialog => dialog.Class, owl with { LabelledCount = 3 } },
            { dialog => dialog.Classes, [owl] },
        };
        await provider.InvokeAsync(() => Services.GetRequiredService<IDialogService>().ShowAsync<ArchiveDialog>("Archive", parameters));

        Assert.Contains("3 images", provider.Find(".archive-choice legend").TextContent, StringComparison.Ordinal);
        Assert.True(provider.Find("[data-testid=archive-move]").HasAttribute("disabled"));
        provider.Do(() => provider.Find("[data-testid=archive-clear]").Change(true));
        await provider.DoAsync(() => provider.FindAll("button").Single(button => button.TextContent.Contains("Archive", StringComparison.Ordinal)).ClickAsync(new()));

        var classes = await catalog.ListAsync(UserId, context.Id, TestContext.Current.CancellationToken);
        Assert.True(classes.Single(item => item.Id == owl.Id).IsArchived);
    }
}
