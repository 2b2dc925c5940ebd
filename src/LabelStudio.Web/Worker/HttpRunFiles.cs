using System.Net;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Worker;

/// <summary>A run's files over HTTP.</summary>
/// <param name="http">Signed in, with the trainer's name.</param>
/// <param name="runId">The run.</param>
/// <param name="workFolder">A folder of the run's own, for what is on its way.</param>
public sealed class HttpRunFiles(HttpClient http, Guid runId, string workFolder) : IRunFiles
{
    private readonly string _address = WorkerHeaders.RunAddress(runId);

    public async Task<DatasetManifest> ReadDatasetAsync(CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(Address("dataset"), cancellationToken);
        await DemandSuccessAsync(answer, "the dataset", cancellationToken);
        return await answer.Content.ReadFromJsonAsync<DatasetManifest>(TrainingJson.Options, cancellationToken)
            ?? throw new RunFailedException("The server sent no dataset. Launch the run again.");
    }

    public async Task ReadEmbeddingsAsync(
        EmbeddingKey key, int embeddingSize, IReadOnlyList<DatasetEntry> entries, Action<DatasetEntry, float[]> onEmbedding, CancellationToken cancellationToken)
    {
        var wanted = entries.ToDictionary(entry => entry.ImageId);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address("embeddings")) { Content = JsonContent.Create(EmbeddingRequest.Of(key, wanted.Keys)) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await DemandSuccessAsync(answer, "the embeddings", cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await EmbeddingWire.ReadAsync(stream, embeddingSize, HandOver, cancellationToken);

        void HandOver(long imageId, float[] numbers)
        {
            if (wanted.TryGetValue(imageId, out var entry))
            {
                onEmbedding(entry, numbers);
            }
        }
    }

    public async Task<byte[]> ReadImageAsync(DatasetEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using var answer = await http.GetAsync(Address($"images/{entry.ImageId}"), cancellationToken);
        // A deleted original: whoever asked leaves the image out.
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }
        await DemandSuccessAsync(answer, $"image {entry.ImageId}", cancellationToken);
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public Task FetchModelAsync(Guid modelId, string folder, CancellationToken cancellationToken) =>
        FetchFolderAsync("parent", "the model to start from", folder, cancellationToken);

    public Task FetchExtractorAsync(string folder, CancellationToken cancellationToken) =>
        FetchFolderAsync("extractor", "the feature extractor", folder, cancellationToken);

    public async Task<TrainingCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(Address("checkpoint"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        await DemandSuccessAsync(answer, "the checkpoint", cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return CheckpointFile.Read(stream);
    }

    public async Task KeepCheckpointAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(Path.Combine(workFolder, "checkpoint.tmp"), new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
        });
        CheckpointFile.Write(checkpoint, file);
        file.Position = 0;
        using var content = new StreamContent(file);
        using var answer = await http.PutAsync(Address("checkpoint"), content, cancellationToken);
        await DemandSuccessAsync(answer, "the checkpoint", cancellationToken);
    }

    /// <summary>Hands the finished model in.</summary>
    public async Task HandInAsync(string folder, StopReason reason, CancellationToken cancellationToken)
    {
        var archive = folder + ".tar";
        await using (var target = File.Create(archive))
        {
            await ModelArchive.PackAsync(folder, target, cancellationToken);
        }
        await using var source = File.OpenRead(archive);
        using var content = new StreamContent(source);
        using var answer = await http.PutAsync(Address($"result?reason={reason}"), content, cancellationToken);
        await DemandSuccessAsync(answer, "the finished model", cancellationToken);
    }

    private async Task FetchFolderAsync(string path, string what, string folder, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(Address(path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await DemandSuccessAsync(answer, what, cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await ModelArchive.UnpackAsync(stream, folder, cancellationToken);
    }

    private Uri Address(string path) => new($"{_address}/{path}", UriKind.Relative);

    private static async Task DemandSuccessAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var detail = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new RunFailedException($"The server refused {what} ({(int)answer.StatusCode}): {detail}");
        }
    }
}
