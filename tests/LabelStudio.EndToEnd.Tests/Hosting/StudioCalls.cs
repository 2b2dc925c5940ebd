using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>What a program of the signed-in person asks for over HTTP: preparation that a test need not click through.</summary>
public sealed class StudioCalls(IPage page)
{
    private const int ImportLimitMs = 120_000;

    /// <summary>Takes in pictures that have their labels already: a folder for each class.</summary>
    public async Task ImportLabelledAsync(Guid projectId, LabelledPhotos photos)
    {
        ArgumentNullException.ThrowIfNull(photos);
        await ImportAsync(projectId, photos.Classes.SelectMany(name => photos.FilesOf(name).Select(file => ($"{name}/{Path.GetFileName(file)}", file))));
    }

    /// <summary>Takes in pictures under these names: a folder is the picture's class, which is made where there is none.</summary>
    public async Task ImportAsync(Guid projectId, IEnumerable<(string Name, string File)> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, file) in pictures)
            {
                await zip.CreateEntryFromFileAsync(file, name, CompressionLevel.NoCompression);
            }
        }

        var form = page.Context.APIRequest.CreateFormData();
        form.Set("file", new FilePayload { Name = "photos.zip", MimeType = "application/zip", Buffer = archive.ToArray() });
        await SendAsync($"/api/v1/projects/{projectId}/uploads/archive", new() { Multipart = form, Timeout = ImportLimitMs });
    }

    public async Task<JsonElement> PostAsync(string path, object body) => await SendAsync(path, new() { DataObject = body });

    public async Task<JsonElement> GetAsync(string path)
    {
        var answer = await page.Context.APIRequest.GetAsync(path);
        Assert.True(answer.Ok, $"{path}: {answer.Status}");
        return (await answer.JsonAsync())!.Value;
    }

    public async Task<JsonElement> PredictAsync(Guid projectId, string file)
    {
        var form = page.Context.APIRequest.CreateFormData();
        form.Set("image", new FilePayload { Name = "picture.jpg", MimeType = "image/jpeg", Buffer = await File.ReadAllBytesAsync(file) });
        return await SendAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/projects/{projectId}/predict"), new() { Multipart = form });
    }

    private async Task<JsonElement> SendAsync(string path, APIRequestContextOptions options)
    {
        var token = await page.Locator("meta[name=request-verification-token]").GetAttributeAsync("content");
        options.Method = "POST";
        options.Headers = [new("RequestVerificationToken", token!)];
        var answer = await page.Context.APIRequest.FetchAsync(path, options);
        Assert.True(answer.Ok, $"{path}: {answer.Status} {await answer.TextAsync()}");
        return (await answer.JsonAsync())!.Value;
    }
}
