using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using LabelStudio.Web.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Training;

public sealed class RunWebhookFormTests : PageTest
{
    private Guid _project;

    public RunWebhookFormTests() => Services.AddSingleton<WebhookSender>().AddSingleton<WebhookDelivery>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Saved_AddressAndSecret_AreKept_AndTheSecretIsShownToNobody()
    {
        var form = await ShowAsync();
        Assert.True(ButtonOf(form, "Send a test").HasAttribute("disabled"));

        form.Do(() => form.Find("input[type=url]").Change("https://chat.example/hook"));
        form.Do(() => form.Find("input[type=password]").Change("s3cret"));
        form.Do(() => ButtonOf(form, "Save").Click());

        form.WaitForAssertion(() => Assert.False(ButtonOf(form, "Send a test").HasAttribute("disabled")));
        Assert.DoesNotContain("s3cret", form.Markup, StringComparison.Ordinal);
        var webhook = await Services.GetRequiredService<RunWebhooks>().FindAsync(UserId, _project, Token);
        Assert.Equal(("https://chat.example/hook", "s3cret"), (webhook!.Url, webhook.Secret));
        form.Do(() => form.Find("input[type=checkbox]").Change(true));
        form.Do(() => ButtonOf(form, "Save").Click());
        form.WaitForAssertion(() => Assert.Empty(form.FindAll("input[type=checkbox]")));
        Assert.Null((await Services.GetRequiredService<RunWebhooks>().FindAsync(UserId, _project, Token))!.Secret);
    }

    [Fact]
    public async Task Saved_AddressThatIsNone_IsRefusedAndSaidWhy()
    {
        var form = await ShowAsync();

        form.Do(() => form.Find("input[type=url]").Change("ftp://chat.example"));
        form.Do(() => ButtonOf(form, "Save").Click());

        Assert.Contains(Services.GetRequiredService<ISnackbar>().ShownSnackbars, shown => shown.Message?.Contains("http:// or https://", StringComparison.Ordinal) == true);
        Assert.Null(await Services.GetRequiredService<RunWebhooks>().FindAsync(UserId, _project, Token));
    }

    private async Task<IRenderedComponent<RunWebhookForm>> ShowAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        _project = (await AddProjectAsync("Clothes")).Id;
        var form = Render<RunWebhookForm>(p => p.Add(v => v.ProjectId, _project));
        form.WaitForElement("[data-testid=run-webhook]");
        return form;
    }

    private static AngleSharp.Dom.IElement ButtonOf(IRenderedComponent<RunWebhookForm> form, string text) =>
        form.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
