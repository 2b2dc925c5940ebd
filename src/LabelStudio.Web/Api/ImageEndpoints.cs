using System.Security.Claims;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace LabelStudio.Web.Api;

/// <summary>Sends pictures to who may see them. The address holds the content's hash, so a browser may keep them for ever.</summary>
public static class ImageEndpoints
{
    private const string KeepForever = "private, max-age=31536000, immutable";
    private const string AskEachTime = "private, no-cache";

    public static IEndpointRouteBuilder MapImages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/images/{imageId:long}/{variant}", SendAsync)
            .RequireAuthorization(nameof(StudioRight.View))
            .DisableCookieRedirect();
        return app;
    }

    private static async Task<Results<PhysicalFileHttpResult, NotFound>> SendAsync(
        long imageId,
        string variant,
        string? v,
        ClaimsPrincipal user,
        HttpResponse response,
        ImageLibrary images,
        CancellationToken cancellationToken)
    {
        if (VariantOf(variant) is not { } wanted)
        {
            return TypedResults.NotFound();
        }

        var file = await images.FindFileAsync(user.UserId(), imageId, wanted, cancellationToken);
        if (file is null || (v is not null && v != file.Sha256))
        {
            return TypedResults.NotFound();
        }

        response.Headers.CacheControl = v is null ? AskEachTime : KeepForever;
        return TypedResults.PhysicalFile(
            file.Path,
            file.MediaType,
            // A name makes it a download: originals come from strangers and are never shown as a page.
            fileDownloadName: wanted == ImageVariant.Original ? file.FileName : null,
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256[..32]}-{variant}\""),
            enableRangeProcessing: wanted == ImageVariant.Original);
    }

    private static ImageVariant? VariantOf(string name) => name switch
    {
        "thumbnail" => ImageVariant.Thumbnail,
        "view" => ImageVariant.View,
        "full" => ImageVariant.Full,
        "original" => ImageVariant.Original,
        _ => null,
    };
}
