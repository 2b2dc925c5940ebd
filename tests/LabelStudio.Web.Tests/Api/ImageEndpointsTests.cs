using System.Net;
using System.Net.Http.Headers;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Api;

public sealed class ImageEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("thumbnail")]
    [InlineData("view")]
    [InlineData("full")]
    public async Task Picture_WithItsHash_MayBeKeptForEverByThisBrowserOnly(string variant)
    {
        var image = await AddImageAsync();

        using var answer = await studio.Administrator.GetAsync(Address(image, variant, image.Sha256), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/webp", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.Private);
        Assert.Contains("immutable", answer.Headers.CacheControl.ToString(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.ETag!.IsWeak);
    }

    [Fact]
    public async Task Picture_KnownETag_IsNotSentAgain()
    {
        var image = await AddImageAsync();
        using var first = await studio.Administrator.GetAsync(Address(image, "thumbnail", image.Sha256), Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(image, "thumbnail", image.Sha256));
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));

        using var second = await studio.Administrator.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Picture_WithAnotherHash_IsNotFound()
    {
        var image = await AddImageAsync();

        using var answer = await studio.Administrator.GetAsync(Address(image, "thumbnail", new string('0', 64)), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Original_Asked_ComesAsADownloadUnderItsName()
    {
        var image = await AddImageAsync();

        using var answer = await studio.Administrator.GetAsync(Address(image, "original", image.Sha256), Cancel);

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(LabelStudio.Tests.TestImages.Png(501), await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Picture_SignedOut_IsRefusedAndNotLedToTheSignInPage()
    {
        var image = await AddImageAsync();
        using var stranger = studio.Factory.NewClient();

        using var answer = await stranger.GetAsync(Address(image, "thumbnail", image.Sha256), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static Uri Address(ImageDetails image, string variant, string hash) => new($"/images/{image.Id}/{variant}?v={hash}", UriKind.Relative);

    private async Task<ImageDetails> AddImageAsync()
    {
        var project = await studio.AddProjectAsync();
        var ids = await studio.AddImagesAsync(project, 1, firstNumber: 501);
        return await studio.Get<ImageLibrary>().GetAsync(studio.AdministratorId, ids[0], Cancel);
    }
}
