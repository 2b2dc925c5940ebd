using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LabelStudio.Web.Api;

/// <summary>The files of a request, part by part: none is held in memory.</summary>
internal static class MultipartFiles
{
    /// <exception cref="InvalidRequestException">The request is of another kind.</exception>
    public static string BoundaryOf(HttpRequest request)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary)
        {
            return boundary;
        }

        throw new InvalidRequestException("The request is no 'multipart/form-data'. Send files as parts with a file name.");
    }

    /// <summary>The next part that is a file, to be read before the one after it; null: there is none.</summary>
    public static async Task<(string Name, Stream Content)?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
                {
                    var name = HeaderUtilities.RemoveQuotes(
                        disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
                    return (name ?? "", section.Body);
                }
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException && error is not BadHttpRequestException)
        {
            throw new InvalidRequestException("The upload broke off before its end. Send these files again.", error);
        }

        return null;
    }
}
