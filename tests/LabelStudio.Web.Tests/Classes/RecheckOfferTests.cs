using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Classes;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Classes;

public sealed class RecheckOfferTests : PageTest
{
    [Fact]
    public async Task MakeAsync_ForOneClassAfterTheOther_LeavesTheLastOfferOnly()
    {
        var cancel = TestContext.Current.CancellationToken;
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Birds")).Id;
        var catalog = Services.GetRequiredService<ClassCatalog>();
        var owl = await catalog.CreateAsync(UserId, project, new NewClass("owl"), cancel);
        var image = await AddImageAsync(project, "a.png");
        await Services.GetRequiredService<ImageLabeller>().DecideAsync(
            UserId, project, [new Decision(Guid.CreateVersion7(), image, AnnotationKind.Label, owl.Id, 0)], cancel);
        var offer = Services.GetRequiredService<RecheckOffer>();

        foreach (var name in new[] { "robin", "kestrel" })
        {
            await offer.MakeAsync(UserId, project, await catalog.CreateAsync(UserId, project, new NewClass(name), cancel), cancel);
        }

        var shown = Assert.Single(Services.GetRequiredService<ISnackbar>().ShownSnackbars);
        Assert.Contains("kestrel", shown.Message, StringComparison.Ordinal);
    }
}
