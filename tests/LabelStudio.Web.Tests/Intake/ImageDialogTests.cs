using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Intake;

public sealed class ImageDialogTests : PageTest
{
    [Fact]
    public async Task Dialog_OfAnImage_IsHeadedByItsFileName()
    {
        await SignInAsync(StudioRole.Annotator);
        var project = await AddProjectAsync("Birds");
        var image = await AddImageAsync(project.Id, "owl in a tree.png");
        Render<MudPopoverProvider>();
        var provider = Render<MudDialogProvider>();

        await provider.InvokeAsync(() => { _ = ImageDialog.ShowAsync(Services.GetRequiredService<IDialogService>(), image, []); });

        provider.WaitForAssertion(() => Assert.Equal("owl in a tree.png", provider.Find(".mud-dialog-title .image-dialog-name").TextContent));
    }
}
