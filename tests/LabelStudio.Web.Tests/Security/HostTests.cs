using System.Net;
using System.Net.Http.Json;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace LabelStudio.Web.Tests.Security;

public sealed class HostTests(Visitors visitors) : IClassFixture<Visitors>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/css/studio.css", "text/css")]
    [InlineData("/js/http.js", "text/javascript")]
    [InlineData("/img/logo.svg", "image/svg+xml")]
    [InlineData("/fonts/inter-latin-wght-normal.woff2", "font/woff2")]
    [InlineData("/_content/MudBlazor/MudBlazor.min.css", "text/css")]
    [InlineData("/_content/MudBlazor/MudBlazor.min.js", "text/javascript")]
    [InlineData("/_framework/blazor.web.js", "text/javascript")]
    public async Task Asset_OutsideDevelopment_IsServedToStrangers(string path, string mediaType)
    {
        using var client = visitors.Factory.NewClient();

        using var answer = await client.GetAsync(Relative(path), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task StyleSheet_OfEveryPage_StopsAllMotionForThoseWhoAskedTheirSystem()
    {
        using var client = visitors.Factory.NewClient();

        var css = await client.GetStringAsync(Relative("/css/studio.css"), Cancel);

        var rule = css[css.IndexOf("@media (prefers-reduced-motion: reduce)", StringComparison.Ordinal)..];
        Assert.Matches(@"\*, ::before, ::after, ::backdrop \{[^}]*animation-duration: 0\.01ms !important;[^}]*transition-duration: 0\.01ms !important;", rule);
    }

    [Fact]
    public void Message_WithAButton_GoesAwayByItself() =>
        Assert.False(visitors.Factory.Services.GetRequiredService<IOptions<SnackbarConfiguration>>().Value.RequireInteraction);

    [Fact]
    public async Task Page_EveryAnswer_CarriesSecurityHeaders()
    {
        using var client = visitors.Factory.NewClient();

        using var answer = await client.GetAsync(Relative("/account/login"), Cancel);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Circuit_OfAStranger_IsRefused()
    {
        using var client = visitors.Factory.NewClient();

        using var answer = await client.PostAsync(Relative("/_blazor/negotiate?negotiateVersion=1"), null, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task ApiWrite_ByCookieWithoutThePagesToken_IsRefused()
    {
        using var client = await visitors.Factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Administrator));
        client.DefaultRequestHeaders.Remove("RequestVerificationToken");

        using var answer = await client.PostAsJsonAsync(
            Relative($"/api/v1/projects/{visitors.ProjectId}/labelling/take"), new { order = "Random", count = 1, held = Array.Empty<long>() }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task UnknownPage_ForSomebodySignedIn_IsNotFound()
    {
        using var client = await visitors.Factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Viewer));

        using var answer = await client.GetAsync(Relative("/no/such/page"), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("studio-theme=dark", "data-theme=\"dark\"")]
    [InlineData("studio-theme=light", "data-theme=\"light\"")]
    public async Task Page_WithAChosenTheme_HasItsColoursFromTheFirstByte(string cookie, string attribute)
    {
        using var client = visitors.Factory.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative("/account/login"));
        request.Headers.Add("Cookie", cookie);

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Contains(attribute, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_Ready_AnswersOk()
    {
        using var client = visitors.Factory.NewClient();

        Assert.Equal("Healthy", await client.GetStringAsync(Relative("/health/ready"), Cancel));
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
