using Bunit;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Tests.Hosting;
using MudBlazor.Services;

namespace LabelStudio.Web.Tests.Components;

public sealed class PageErrorTests : BunitContext
{
    public PageErrorTests()
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void PageError_WithRetry_CallsIt()
    {
        var retries = 0;
        var error = Render<PageError>(parameters => parameters
            .Add(part => part.Message, "The disk is full. Free some space.")
            .Add(part => part.Reference, "abc123")
            .Add(part => part.OnRetry, () => retries++));

        error.Do(() => error.FindAll("button").Single(button => button.TextContent.Contains("Try again", StringComparison.Ordinal)).Click());

        Assert.Equal(1, retries);
        Assert.Equal("abc123", error.Find("code").TextContent);
        Assert.Contains("Free some space", error.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void PageError_WithoutRetry_LeadsToTheProjects()
    {
        var error = Render<PageError>();

        Assert.DoesNotContain("Try again", error.Markup, StringComparison.Ordinal);
        Assert.Equal("./", error.Find("a").GetAttribute("href"));
    }
}
