using System.Net;
using System.Net.Http.Json;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Web.Worker;

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

        await new HttpRunFiles(http, Guid.NewGuid(), Path.GetTempPath()).ReadEmbeddingsAsync(
            new EmbeddingKey("hash", 224, 1), embeddingSize: 2, [Entry(44), Entry(22)], (entry, numbers) => got.Add(entry.ImageId, numbers), cancel);

        Assert.Equal([44, 22], server.Asked!.ImageIds);
        Assert.Equal([22, 44], got.Keys.Order());
        Assert.Equal([2, 2], got[22]);
        Assert.Equal([4, 4], got[44]);
    }

    private static DatasetEntry Entry(long imageId) => new(imageId, $"sha-{imageId}", ".jpg", Guid.NewGuid(), Split.Test);

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
