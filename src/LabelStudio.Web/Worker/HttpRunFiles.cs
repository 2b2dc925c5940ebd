using System.Net;
using System.Net.Sockets;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Worker;

/// <summary>
/// A run's files over HTTP. A line that breaks or a server that is busy for a moment costs no run: what failed is tried again
/// for about half a minute.
/// </summary>
/// <param name="http">Signed in, with the trainer's name.</param>
/// <param name="runId">The run.</param>
/// <param name="workFolder">A folder of the run's own, for what is on its way.</param>
/// <param name="clock">Waits between the tries.</param>
/// <param name="log">Told of each failure.</param>
public sealed class HttpRunFiles(HttpClient http, Guid runId, string workFolder, TimeProvider clock, ILogger log) : IRunFiles
{
    private const int MostRetries = 8;
    private readonly string _address = WorkerHeaders.RunAddress(runId);

    public Task<DatasetManifest> ReadDatasetAsync(CancellationToken cancellationToken) => PatientlyAsync(
        "the dataset",
        async token =>
        {
            using var answer = await http.GetAsync(Address("dataset"), token);
            await DemandSuccessAsync(answer, "the dataset", token);
            return await answer.Content.ReadFromJsonAsync<DatasetManifest>(TrainingJson.Options, token)
                ?? throw new RunFailedException("The server sent no dataset. Launch the run again.");
        },
        cancellationToken);

    public Task ReadEmbeddingsAsync(
        EmbeddingKey key, int embeddingSize, IReadOnlyList<DatasetEntry> entries, Action<DatasetEntry, float[]> onEmbedding, CancellationToken cancellationToken)
    {
        // What has arrived is not asked for again.
        var wanted = entries.ToDictionary(entry => entry.ImageId);
        return PatientlyAsync(
            "the embeddings",
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Address("embeddings")) { Content = JsonContent.Create(EmbeddingRequest.Of(key, wanted.Keys)) };
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                await DemandSuccessAsync(answer, "the embeddings", token);
                await using var stream = await answer.Content.ReadAsStreamAsync(token);
                await EmbeddingWire.ReadAsync(stream, embeddingSize, HandOver, token);
                return true;
            },
            cancellationToken);

        void HandOver(long imageId, float[] numbers)
        {
            if (wanted.Remove(imageId, out var entry))
            {
                onEmbedding(entry, numbers);
            }
        }
    }

    public Task<byte[]> ReadImageAsync(DatasetEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var what = $"image {entry.ImageId}";
        return PatientlyAsync<byte[]>(
            what,
            async token =>
            {
                using var answer = await http.GetAsync(Address($"images/{entry.ImageId}"), token);
                // A deleted original: whoever asked leaves the image out.
                if (answer.StatusCode == HttpStatusCode.NotFound)
                {
                    return [];
                }
                await DemandSuccessAsync(answer, what, token);
                return await answer.Content.ReadAsByteArrayAsync(token);
            },
            cancellationToken);
    }

    public Task FetchModelAsync(Guid modelId, string folder, CancellationToken cancellationToken) =>
        FetchFolderAsync("parent", "the model to start from", folder, mayBeMissing: false, cancellationToken);

    public Task<bool> FetchPromotedAsync(string folder, CancellationToken cancellationToken) =>
        FetchFolderAsync("promoted", "the promoted model", folder, mayBeMissing: true, cancellationToken);

    public Task FetchExtractorAsync(string folder, CancellationToken cancellationToken) =>
        FetchFolderAsync("extractor", "the feature extractor", folder, mayBeMissing: false, cancellationToken);

    public Task<TrainingCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken) => PatientlyAsync(
        "the checkpoint",
        async token =>
        {
            using var answer = await http.GetAsync(Address("checkpoint"), HttpCompletionOption.ResponseHeadersRead, token);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
            await DemandSuccessAsync(answer, "the checkpoint", token);
            await using var stream = await answer.Content.ReadAsStreamAsync(token);
            return CheckpointFile.Read(stream);
        },
        cancellationToken);

    public async Task KeepCheckpointAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var path = Path.Combine(workFolder, "checkpoint.tmp");
        try
        {
            await using (var file = File.Create(path))
            {
                CheckpointFile.Write(checkpoint, file);
            }
            await PutFileAsync("checkpoint", "the checkpoint", path, cancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Hands the finished model in.</summary>
    public async Task HandInAsync(string folder, StopReason reason, CancellationToken cancellationToken)
    {
        var archive = folder + ".tar";
        await using (var target = File.Create(archive))
        {
            await ModelArchive.PackAsync(folder, target, cancellationToken);
        }
        await PutFileAsync($"result?reason={reason}", "the finished model", archive, cancellationToken);
    }

    private Task<bool> PutFileAsync(string path, string what, string file, CancellationToken cancellationToken) => PatientlyAsync(
        what,
        async token =>
        {
            await using var source = File.OpenRead(file);
            using var content = new StreamContent(source);
            using var answer = await http.PutAsync(Address(path), content, token);
            await DemandSuccessAsync(answer, what, token);
            return true;
        },
        cancellationToken);

    /// <returns>False when the server has no such folder, and may have none.</returns>
    private Task<bool> FetchFolderAsync(string path, string what, string folder, bool mayBeMissing, CancellationToken cancellationToken) => PatientlyAsync(
        what,
        async token =>
        {
            using var answer = await http.GetAsync(Address(path), HttpCompletionOption.ResponseHeadersRead, token);
            if (mayBeMissing && answer.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }
            await DemandSuccessAsync(answer, what, token);
            if (Directory.Exists(folder))
            {
                // What an earlier try got of it.
                Directory.Delete(folder, recursive: true);
            }
            await using var stream = await answer.Content.ReadAsStreamAsync(token);
            await ModelArchive.UnpackAsync(stream, folder, token);
            return true;
        },
        cancellationToken);

    private async Task<T> PatientlyAsync<T>(string what, Func<CancellationToken, Task<T>> tryOnce, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await tryOnce(cancellationToken);
            }
            catch (Exception error) when (attempt < MostRetries && IsPassing(error) && !cancellationToken.IsCancellationRequested)
            {
                var wait = PatientRetry.WaitBefore(attempt);
                log.LogWarning("The line broke over {What} of run {RunId} ({Reason}); the next try is in {Wait:0.0} s", what, runId, error.Message, wait.TotalSeconds);
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    /// <summary>A broken line, or a server that starts, is overloaded or stands behind a proxy without it. A full disk is none of these.</summary>
    private static bool IsPassing(Exception error) =>
        error is HttpRequestException or HttpIOException or IOException { InnerException: SocketException };

    private Uri Address(string path) => new($"{_address}/{path}", UriKind.Relative);

    private static async Task DemandSuccessAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var detail = await answer.Content.ReadAsStringAsync(cancellationToken);
            var message = $"The server refused {what} ({(int)answer.StatusCode}): {detail}";
            throw IsPassing(answer.StatusCode) ? new HttpRequestException(message, null, answer.StatusCode) : new RunFailedException(message);
        }
    }

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
