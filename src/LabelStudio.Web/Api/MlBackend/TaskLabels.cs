using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>
/// Takes labels over from Label Studio before a training. A task's picture is known by the hash that exports of this program
/// write into it, or by the bytes that Label Studio hands out for it: a name alone proves nothing.
/// </summary>
public sealed class TaskLabels(LabelStudioImages pictures, ForeignLabels labels, ClassCatalog classes, TimeProvider clock, ILogger<TaskLabels> log)
{
    /// <summary>Under this name the annotations stand in the images' histories.</summary>
    public const string Source = "Label Studio";

    // Label Studio waits for the answer to its call half a minute and not longer.
    private static readonly TimeSpan LongestFetching = TimeSpan.FromSeconds(20);
    private const int AtOnce = 4;

    /// <summary>Takes over the labels that the call brings, or else those of the Label Studio project it is about.</summary>
    /// <param name="userId">On whose behalf.</param>
    /// <param name="projectId">The project here.</param>
    /// <param name="brought">Tasks with their annotations; empty: they are read from Label Studio.</param>
    /// <param name="foreignId">Number of the project there; null: not told.</param>
    /// <param name="labelConfig">Its interface.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<TaskLabelsReport> ImportAsync(
        Guid userId, Guid projectId, IReadOnlyList<JsonElement> brought, long? foreignId, string? labelConfig, CancellationToken cancellationToken)
    {
        try
        {
            var config = LabelConfig.Read(labelConfig);
            return await ImportAsync(userId, projectId, brought.Count > 0 ? brought : await ReadAsync(foreignId, cancellationToken), config, cancellationToken);
        }
        catch (Exception error) when (error is InvalidRequestException or ConflictException)
        {
            // A training on the labels of here is still worth its while; the answer says what is missing.
            log.LogWarning("No labels were taken over from Label Studio in project {ProjectId}: {Reason}", projectId, error.Message);
            return new(0, 0, 0, 0, 0, error.Message);
        }
    }

    private async Task<IReadOnlyList<JsonElement>> ReadAsync(long? foreignId, CancellationToken cancellationToken)
    {
        if (foreignId is not { } id)
        {
            throw new InvalidRequestException("The call holds no labelled tasks and does not say of which project in Label Studio they are.");
        }

        try
        {
            var bytes = await pictures.FetchAsync(string.Create(CultureInfo.InvariantCulture, $"/api/projects/{id}/export?exportType=JSON"), cancellationToken);
            return JsonSerializer.Deserialize<List<JsonElement>>(bytes) ?? [];
        }
        catch (JsonException error)
        {
            throw new InvalidRequestException($"The labels that Label Studio exports could not be read: {error.Message}", error);
        }
    }

    private async Task<TaskLabelsReport> ImportAsync(
        Guid userId, Guid projectId, IReadOnlyList<JsonElement> tasks, LabelConfig config, CancellationToken cancellationToken)
    {
        var byChoice = await ChoicesAsync(userId, projectId, config, cancellationToken);
        var takesSeveral = await labels.TakeSeveralAsync(userId, projectId, cancellationToken);
        var labelled = tasks.Select(task => LabelledTask.Of(task, config, takesNone: takesSeveral && config.TakesSeveral)).OfType<LabelledTask>().ToList();
        // Of several choices all or none are taken: half a label would say that the picture does not show the rest.
        var usable = labelled.Where(task => (takesSeveral || task.Choices.Count == 1) && task.Choices.All(byChoice.ContainsKey)).ToList();
        var known = await labels.KnownAsync(userId, projectId, [.. usable.Select(task => task.Sha256).OfType<string>()], cancellationToken);
        var (found, unknown) = (new ConcurrentBag<ForeignLabel>(), 0);
        var until = clock.GetTimestamp();
        await Parallel.ForEachAsync(usable, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (task, stop) =>
        {
            var hash = task.Sha256 is { } told && known.Contains(told) ? told
                : clock.GetElapsedTime(until) < LongestFetching ? await HashAsync(task, stop)
                : null;
            if (hash is null)
            {
                Interlocked.Increment(ref unknown);
            }
            else
            {
                found.Add(new(hash, [.. task.Choices.Select(choice => byChoice[choice])]));
            }
        });
        var counts = await labels.SaveAsync(userId, projectId, Source, [.. found], cancellationToken);
        return new(counts.Saved, counts.Unchanged, counts.Kept, counts.UnknownImages + unknown, labelled.Count - usable.Count);
    }

    /// <summary>Classes by what results call them: each as the interface's choice that predictions name it by.</summary>
    private async Task<Dictionary<string, Guid>> ChoicesAsync(Guid userId, Guid projectId, LabelConfig config, CancellationToken cancellationToken)
    {
        var byChoice = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var item in (await classes.ListAsync(userId, projectId, cancellationToken)).Where(item => !item.IsArchived && !item.IsCombination))
        {
            if (config.Find(item.Name) is { } choice)
            {
                // Several classes of ours may be one choice of theirs: the first in the list, as nothing tells which is meant.
                byChoice.TryAdd(choice.ResultName, item.Id);
            }
        }

        return byChoice;
    }

    /// <summary>Null: the picture cannot be had.</summary>
    private async Task<string?> HashAsync(LabelledTask task, CancellationToken cancellationToken)
    {
        try
        {
            return task.Address is { } address ? Convert.ToHexStringLower(SHA256.HashData(await pictures.FetchAsync(address, cancellationToken))) : null;
        }
        catch (Exception error) when (error is InvalidRequestException or ConflictException)
        {
            log.LogWarning("A labelled task of Label Studio was left out: {Reason}", error.Message);
            return null;
        }
    }
}
