using System.Net;
using System.Net.Http.Json;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabelStudio.Web.Tests.Worker;

public sealed class HttpRunFilesTests
{
    [Fact]
    public async Task ReadEmbeddingsAsync_SomeOfTheRunsImagesWanted_GivesExactlyThoseEachItsOwn()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var body = new MemoryStream();
        await EmbeddingWire.WriteAsync(
            body, [(11, new float[] { 1, 1 }), (22, new float[] { 2, 2 }), (33, new float[] { 3, 3 }), (44, new float[] { 4, 4 })], cancel);
        using var server = new Answering(body.ToArray());
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };
        var got = new Dictionary<long, float[]>();

        await Files(http).ReadEmbeddingsAsync(
            new EmbeddingKey("hash", 224, 1), embeddingSize: 2, [Entry(44), Entry(22)], (entry, numbers) => got.Add(entry.ImageId, numbers), cancel);

        Assert.Equal([44, 22], server.Asked!.ImageIds);
        Assert.Equal([22, 44], got.Keys.Order());
        Assert.Equal([2, 2], got[22]);
        Assert.Equal([4, 4], got[44]);
    }

    [Fact]
    public async Task FetchPromotedAsync_NoModelIsPromoted_SaysSo()
    {
        using var server = new Archive(null);
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };

        Assert.False(await Files(http).FetchPromotedAsync("nowhere", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FetchPromotedAsync_AModelIsPromoted_BringsItsFolder()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("promoted-").FullName;
        try
        {
            var model = Directory.CreateDirectory(Path.Combine(folder, "model")).FullName;
            await File.WriteAllTextAsync(Path.Combine(model, "manifest.json"), "{}", cancel);
            using var body = new MemoryStream();
            await ModelArchive.PackAsync(model, body, cancel);
            using var server = new Archive(body.ToArray());
            using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };

            Assert.True(await Files(http, folder).FetchPromotedAsync(Path.Combine(folder, "here"), cancel));

            Assert.EndsWith("/promoted", server.Asked, StringComparison.Ordinal);
            Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(folder, "here", "manifest.json"), cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Once the connection is refused, once a proxy answers for a server that is not there.</summary>
    [Fact]
    public async Task ReadImageAsync_ServerFailsTwice_BringsTheImageAtTheThirdTry()
    {
        using var server = new Failing(
            [() => throw new HttpRequestException("Connection refused"), () => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable), () => Ok([1, 2, 3])]);
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };

        Assert.Equal([1, 2, 3], await Files(http).ReadImageAsync(Entry(7), TestContext.Current.CancellationToken));
        Assert.Equal(3, server.Requests.Count);
    }

    /// <summary>What came before the line broke is kept; the other image is asked for again.</summary>
    [Fact]
    public async Task ReadEmbeddingsAsync_LineBreaksInTheMiddle_AsksForTheRestAndHandsEachOverOnce()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var first = new MemoryStream();
        await EmbeddingWire.WriteAsync(first, [(11, new float[] { 1, 1 }), (22, new float[] { 9, 9 })], cancel);
        using var second = new MemoryStream();
        await EmbeddingWire.WriteAsync(second, [(22, new float[] { 2, 2 })], cancel);
        using var server = new Failing(
            [() => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BreakingStream(first.ToArray()[..^4])) }, () => Ok(second.ToArray())]);
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };
        var got = new Dictionary<long, float[]>();

        await Files(http).ReadEmbeddingsAsync(new EmbeddingKey("hash", 224, 1), 2, [Entry(11), Entry(22)], (entry, numbers) => got.Add(entry.ImageId, numbers), cancel);

        Assert.Equal(["[11,22]", "[22]"], server.Requests.Select(request => request[request.IndexOf('[', StringComparison.Ordinal)..(request.IndexOf(']', StringComparison.Ordinal) + 1)]));
        Assert.Equal([11, 22], got.Keys.Order());
        Assert.Equal([2, 2], got[22]);
    }

    [Fact]
    public async Task FetchModelAsync_LineBreaksInTheMiddle_BringsTheWholeFolder()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("parent-").FullName;
        try
        {
            var model = Directory.CreateDirectory(Path.Combine(folder, "model")).FullName;
            await File.WriteAllTextAsync(Path.Combine(model, "a.json"), "{}", cancel);
            await File.WriteAllBytesAsync(Path.Combine(model, "b.bin"), new byte[20_000], cancel);
            using var body = new MemoryStream();
            await ModelArchive.PackAsync(model, body, cancel);
            using var server = new Failing(
                [() => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BreakingStream(body.ToArray()[..8000])) }, () => Ok(body.ToArray())]);
            using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };

            await Files(http, folder).FetchModelAsync(Guid.NewGuid(), Path.Combine(folder, "here"), cancel);

            Assert.Equal(["a.json", "b.bin"], Directory.GetFiles(Path.Combine(folder, "here")).Select(path => Path.GetFileName(path)).Order());
            Assert.Equal(20_000, new FileInfo(Path.Combine(folder, "here", "b.bin")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task HandInAsync_ServerFailsTwice_SendsTheWholeModelEachTime()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("result-").FullName;
        try
        {
            var model = Directory.CreateDirectory(Path.Combine(folder, "model")).FullName;
            await File.WriteAllTextAsync(Path.Combine(model, "manifest.json"), "{}", cancel);
            using var server = new Failing(
                [() => throw new HttpRequestException("Connection reset"), () => new HttpResponseMessage(HttpStatusCode.BadGateway), () => new HttpResponseMessage(HttpStatusCode.NoContent)]);
            using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };

            await Files(http, folder).HandInAsync(model, StopReason.Completed, cancel);

            Assert.Equal(3, server.Requests.Count);
            Assert.Single(server.Requests.Distinct());
            Assert.Contains("manifest.json", server.Requests[0], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the server refuses for good is no matter of the line.</summary>
    [Fact]
    public async Task ReadDatasetAsync_Refused_FailsAtOnceWithTheServersWords()
    {
        using var server = new Failing([() => new HttpResponseMessage(HttpStatusCode.Conflict) { Content = new StringContent("Not yours any more.") }]);
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://server/") };

        var refused = await Assert.ThrowsAsync<RunFailedException>(() => Files(http).ReadDatasetAsync(TestContext.Current.CancellationToken));

        Assert.Equal("The server refused the dataset (409): Not yours any more.", refused.Message);
        Assert.Single(server.Requests);
    }

    private static HttpRunFiles Files(HttpClient http, string? folder = null) =>
        new(http, Guid.NewGuid(), folder ?? Path.GetTempPath(), TimeProvider.System, NullLogger.Instance);

    private static HttpResponseMessage Ok(byte[] body) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };

    private static DatasetEntry Entry(long imageId) => new(imageId, $"sha-{imageId}", ".jpg", Guid.NewGuid(), Split.Test);

    /// <summary>Answers each request in its own way, and remembers what was sent.</summary>
    private sealed class Failing(Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.Content is null ? "" : System.Text.Encoding.Latin1.GetString(await request.Content.ReadAsByteArrayAsync(cancellationToken)));
            return answers[Requests.Count - 1]();
        }
    }

    /// <summary>Gives its bytes and then breaks as a connection does.</summary>
    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new HttpIOException(HttpRequestError.ResponseEnded) : base.ReadAsync(buffer, cancellationToken);
    }

    private sealed class Archive(byte[]? body) : HttpMessageHandler
    {
        public string? Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = request.RequestUri!.AbsolutePath;
            return Task.FromResult(body is null
                ? new HttpResponseMessage(HttpStatusCode.NotFound)
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) });
        }
    }

    private sealed class Answering(byte[] body) : HttpMessageHandler
    {
        public EmbeddingRequest? Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = await request.Content!.ReadFromJsonAsync<EmbeddingRequest>(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };
        }
    }
}
