using System.IO.Compression;
using System.Net;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Tests;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Api;

public sealed class ExportEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_AsZip_ComesBackThroughTheArchiveUpload()
    {
        var source = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(source, "hat");
        var images = await studio.AddImagesAsync(source, 2, firstNumber: 31);
        await StudioProject.DecideAsync(studio.Administrator, source, new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, hat));
        var zip = await studio.Administrator.GetByteArrayAsync(new Uri($"/api/v1/projects/{source}/export/zip", UriKind.Relative), Cancel);

        var target = await studio.AddProjectAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(zip), "file", "dataset.zip" } };
        using var answer = await studio.Administrator.PostAsync(new Uri($"/api/v1/projects/{target}/uploads/archive", UriKind.Relative), form, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var copied = Assert.Single(await studio.Get<ClassCatalog>().ListAsync(studio.AdministratorId, target, Cancel));
        Assert.Equal(("hat", 1), (copied.Name, copied.LabelledCount));
        Assert.Equal(1, (await studio.Get<ImageLibrary>().CountsAsync(studio.AdministratorId, target, Cancel)).Total);
    }

    [Fact]
    public async Task Archive_WithABrokenFile_NamesItAndTakesTheOthers()
    {
        var project = await studio.AddProjectAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Zip(("coat/a.png", TestImages.Png(41)), ("coat/b.png", [1, 2, 3]))), "file", "coats.zip" } };

        using var answer = await studio.Administrator.PostAsync(new Uri($"/api/v1/projects/{project}/uploads/archive", UriKind.Relative), form, Cancel);

        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("\"added\":1", text, StringComparison.Ordinal);
        Assert.Contains("\"refused\":1", text, StringComparison.Ordinal);
        Assert.Contains("b.png", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AsTable_HasALineForEachLabelledImage()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 2, firstNumber: 51);
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, hat));

        var labelled = await studio.Administrator.GetStringAsync(new Uri($"/api/v1/projects/{project}/export/csv", UriKind.Relative), Cancel);
        var all = await studio.Administrator.GetStringAsync(new Uri($"/api/v1/projects/{project}/export/csv?unlabelled=true", UriKind.Relative), Cancel);

        Assert.Equal((2, 3), (Lines(labelled), Lines(all)));
    }

    private static int Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
