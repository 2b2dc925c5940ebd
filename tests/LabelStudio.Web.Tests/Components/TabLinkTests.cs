using Bunit;
using LabelStudio.Web.Components.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Components;

public sealed class TabLinkTests : BunitContext
{
    [Theory]
    [InlineData("projects/1/runs/5", true)]
    [InlineData("projects/1/datasets", true)]
    [InlineData("projects/1/datasets/7", true)]
    [InlineData("projects/2/datasets", false)]
    [InlineData("projects/1/models", false)]
    public async Task Tab_BelowEitherAddress_IsTheCurrentOne(string address, bool isCurrent)
    {
        var tab = Render<TabLink>(p => p.AddUnmatched("href", "projects/1/runs").Add(t => t.Also, "projects/1/datasets"));

        await tab.InvokeAsync(() => Services.GetRequiredService<NavigationManager>().NavigateTo(address));

        tab.WaitForAssertion(() => Assert.Equal(isCurrent ? "page" : null, tab.Find("a").GetAttribute("aria-current")));
    }
}
