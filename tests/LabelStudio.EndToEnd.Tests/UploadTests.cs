using System.IO.Compression;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Bringing images in: whatever was dropped is taken for what it is, and each file's fate is told.</summary>
[Trait("Speed", "Slow")]
public sealed class UploadTests(SharedServer server)
{
    [Fact]
    public async Task Upload_ZipAmongPictures_IsUnpackedAndTellsOfWhatWasNotAdded()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 2);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateProjectAsync("Zips");
        await studio.Steps.GoAsync(project, "images");
        await page.Locator("[data-testid=upload][data-ready=true]").WaitForAsync();

        await page.GetByTestId("upload-files").SetInputFilesAsync(
        [
            .. photos.FilesOf(photos.Classes[0]).Select(file => new FilePayload { Name = Path.GetFileName(file), MimeType = "image/jpeg", Buffer = File.ReadAllBytes(file) }),
            new FilePayload { Name = "more.zip", MimeType = "application/zip", Buffer = await ZipAsync(photos) },
        ]);

        await Expect(page.GetByTestId("upload-summary")).ToHaveTextAsync("3 of 3: 4 images added, 1 duplicate, 1 refused");
        var results = page.GetByTestId("upload-results");
        await Expect(results.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "2 images added, 1 duplicate, 1 refused" })).ToContainTextAsync("more.zip");
        await page.Locator("[data-part=filter]").SelectOptionAsync("problems");
        await Expect(results.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await Expect(results.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "more.zip/notes.txt" })).ToContainTextAsync("refused");
        await studio.Browser.ScreenshotAsync("upload-zip");
        await GridSaysThatItLooksAsync(studio, project);
        Assert.Empty(studio.Browser.Errors);
    }

    [Fact]
    public async Task Upload_FolderWithTrainAndTest_KeepsTheSplitAndLabelsByTheFoldersBelow()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 3);
        var folder = Directory.CreateTempSubdirectory("studio-divided-");
        foreach (var (index, file) in photos.FilesOf(photos.Classes).Index())
        {
            var below = folder.CreateSubdirectory(Path.Combine(index % 3 == 0 ? "test" : "train", photos.Classes[index / 3]));
            File.Copy(file, Path.Combine(below.FullName, Path.GetFileName(file)));
        }

        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateProjectAsync("Divided");
        await studio.Steps.GoAsync(project, "images");
        await page.Locator("[data-testid=upload][data-ready=true]").WaitForAsync();
        await page.GetByLabel("Folder names are classes").CheckAsync();

        await page.GetByTestId("upload-folder").SetInputFilesAsync(folder.FullName);

        await Expect(page.GetByTestId("upload-summary")).ToHaveTextAsync("6 of 6: 6 images added");
        await studio.Steps.GoAsync(project, "images?split=Test");
        await Expect(page.GetByTestId("grid-count")).ToHaveTextAsync("2 images");
        await Expect(page.Locator(".tile-badges").GetByText("test", new() { Exact = true })).ToHaveCountAsync(2);
        await studio.Steps.GoAsync(project, "classes");
        foreach (var name in photos.Classes)
        {
            await Expect(page.GetByText(name, new() { Exact = true }).First).ToBeVisibleAsync();
        }

        folder.Delete(recursive: true);
        Assert.Empty(studio.Browser.Errors);
    }

    /// <summary>Two new pictures, one that is among the others, and one file that is no picture.</summary>
    private static async Task<byte[]> ZipAsync(LabelledPhotos photos)
    {
        using var bytes = new MemoryStream();
        await using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in photos.FilesOf(photos.Classes[1]).Append(photos.FilesOf(photos.Classes[0])[0]))
            {
                await zip.CreateEntryFromFileAsync(file, $"inside/{Path.GetFileName(file)}", TestContext.Current.CancellationToken);
            }

            await using var text = await zip.CreateEntry("notes.txt").OpenAsync(TestContext.Current.CancellationToken);
            await text.WriteAsync("no picture"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        return bytes.ToArray();
    }

    private static async Task GridSaysThatItLooksAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        var count = page.GetByTestId("grid-count");
        await studio.Steps.GoAsync(project, "images");
        await Expect(count).ToHaveTextAsync("4 images");
        var answer = new TaskCompletionSource();
        await page.RouteAsync("**/images/groups*", async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });

        await page.GetByTestId("grouping").SelectOptionAsync("class");
        await Expect(count).ToHaveTextAsync("Looking for the images …");
        answer.SetResult();
        await Expect(count).ToHaveTextAsync("4 images in 1 group");
    }
}
