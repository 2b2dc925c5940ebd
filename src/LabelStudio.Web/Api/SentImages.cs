using System.Text.Json;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Web.Api;

/// <summary>Reads pictures out of a request: a raw body, files of a multipart form, or base64 in JSON.</summary>
internal static class SentImages
{
    private const string DataAddress = ";base64,";

    /// <summary>The one picture of a request, in whichever of the three ways; null: it holds none.</summary>
    public static async Task<byte[]?> ReadOneAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HasJsonContentType())
        {
            return await ReadJsonImageAsync(request, cancellationToken);
        }

        if (!request.HasFormContentType)
        {
            return await ReadAllAsync(request.Body, cancellationToken);
        }

        var files = await FilesAsync(request, cancellationToken);
        return files.Count switch
        {
            0 => null,
            1 => await ReadAsync(files[0], cancellationToken),
            _ => throw new InvalidRequestException($"The form holds {files.Count} pictures, and this address takes one. Send several to …/predict/batch."),
        };
    }

    /// <summary>All pictures of a request, in the order they were sent.</summary>
    public static async Task<IReadOnlyList<SentImage>> ReadSeveralAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return await ReadJsonAsync(request, cancellationToken);
        }

        var images = new List<SentImage>();
        foreach (var file in await FilesAsync(request, cancellationToken))
        {
            images.Add(new SentImage(file.FileName, await ReadAsync(file, cancellationToken)));
        }

        return images;
    }

    private static Task<IReadOnlyList<SentImage>> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ReadJsonAsync<IReadOnlyList<SentImage>>(request, root => root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("images", out var images) && images.ValueKind == JsonValueKind.Array
            ? [.. images.EnumerateArray().Select(Decode)]
            : throw new InvalidRequestException("The JSON holds no list 'images'. Send {\"images\": [{\"content\": \"<base64>\"}]}."), cancellationToken);

    private static Task<byte[]> ReadJsonImageAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ReadJsonAsync(request, root =>
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("images", out _))
            {
                throw new InvalidRequestException("The JSON holds a list 'images', and this address takes one picture. Send {\"content\": \"<base64>\"}, or the list to …/predict/batch.");
            }

            return Decode(root).Content is { Length: > 0 } content
                ? content
                : throw new InvalidRequestException("The JSON holds no picture as base64. Send {\"content\": \"<base64>\"} with the bytes of the picture's file.");
        }, cancellationToken);

    /// <summary>Straight from the bytes of the body: as text in between, large pictures would take several times their size.</summary>
    private static async Task<T> ReadJsonAsync<T>(HttpRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            return read(json.RootElement);
        }
        catch (JsonException error)
        {
            throw new InvalidRequestException($"The body is no JSON: {error.Message}", error);
        }
    }

    private static SentImage Decode(JsonElement image)
    {
        if (image.ValueKind != JsonValueKind.Object || !image.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
        {
            return new SentImage(NameOf(image), null);
        }

        if (content.TryGetBytesFromBase64(out var bytes))
        {
            return new SentImage(NameOf(image), bytes);
        }

        var text = content.GetString()!;
        var start = text.IndexOf(DataAddress, StringComparison.Ordinal);
        var base64 = start < 0 ? [] : text.AsSpan(start + DataAddress.Length);
        var buffer = new byte[base64.Length];
        return new SentImage(NameOf(image), start >= 0 && Convert.TryFromBase64Chars(base64, buffer, out var length) ? buffer[..length] : null);
    }

    private static string? NameOf(JsonElement image) =>
        image.ValueKind == JsonValueKind.Object && image.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    private static async Task<IFormFileCollection> FilesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await request.ReadFormAsync(cancellationToken)).Files;
        }
        catch (InvalidDataException error)
        {
            // Kestrel's own limits answer 413; those of the form reader arrive as this.
            throw new BadHttpRequestException($"The form could not be read: {error.Message}", StatusCodes.Status400BadRequest, error);
        }
    }

    private static async Task<byte[]> ReadAsync(IFormFile file, CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream();
        return await ReadAllAsync(content, cancellationToken);
    }

    private static async Task<byte[]> ReadAllAsync(Stream content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }
}
