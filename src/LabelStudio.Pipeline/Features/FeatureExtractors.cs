using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Feature extractors that users bring, one folder each below <c>extractors/</c>, written whole or not at all; and which of
/// them a project uses instead of the backbone that comes with the program.
/// </summary>
public sealed class FeatureExtractors(
    StudioPaths paths, IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, StudioWriter writer, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>A larger file is refused.</summary>
    public const long MostBytes = 1024L * 1024 * 1024;

    private const string EntryFile = "entry.json";

    /// <summary>All extractors, newest first. Needs the right to view the project.</summary>
    public async Task<IReadOnlyList<FeatureExtractor>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var all = new List<FeatureExtractor>();
        foreach (var file in Directory.EnumerateDirectories(paths.Extractors).Select(folder => Path.Combine(folder, EntryFile)).Where(File.Exists))
        {
            await using var stream = File.OpenRead(file);
            all.Add(await JsonSerializer.DeserializeAsync<FeatureExtractor>(stream, cancellationToken: cancellationToken)
                ?? throw new InvalidDataException($"The feature extractor's entry '{file}' is empty. Delete its folder and add it anew."));
        }
        return [.. all.OrderByDescending(item => item.AddedUtc)];
    }

    /// <summary>The extractor a project uses; null: the backbone that comes with the program. Needs the right to view.</summary>
    public async Task<Guid?> ChosenAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Projects.Where(project => project.Id == projectId).Select(project => project.ExtractorId).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Tries an extractor and takes it in. Needs the right to manage the project.</summary>
    /// <returns>Its id; no project uses it yet.</returns>
    /// <exception cref="InvalidRequestException">File and descriptor do not fit; the message tells all that does not.</exception>
    public async Task<Guid> AddAsync(Guid userId, Guid projectId, ExtractorDescriptor descriptor, Stream network, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(network);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var id = Guid.CreateVersion7();
        var temporary = Directory.CreateDirectory(Path.Combine(paths.Uploads, $"extractor-{id:N}")).FullName;
        try
        {
            var path = Path.Combine(temporary, ExtractorFolder.OnnxFile);
            await CopyAsync(network, path, cancellationToken);
            var (problems, size) = await Task.Run(() => ExtractorCheck.Of(path, descriptor), cancellationToken);
            if (problems.Count > 0)
            {
                throw new InvalidRequestException($"The feature extractor was not taken in. {string.Join(" ", problems)}");
            }
            await File.WriteAllTextAsync(Path.Combine(temporary, ExtractorFolder.DescriptorFile), descriptor.ToJson(), cancellationToken);
            var entry = new FeatureExtractor(id, descriptor, size, userId, clock.GetUtcNow().UtcDateTime);
            await File.WriteAllTextAsync(Path.Combine(temporary, EntryFile), JsonSerializer.Serialize(entry), cancellationToken);
            Directory.Move(temporary, paths.ExtractorFolder(id));
            return id;
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    /// <summary>
    /// Has a project use an extractor from now on; its embeddings are computed in the background and then take over. Models
    /// made before keep their own. Needs the right to manage the project.
    /// </summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="extractorId">The extractor; null: the backbone that comes with the program.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task ChooseAsync(Guid userId, Guid projectId, Guid? extractorId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                // Within the write, as its deletion is.
                if (extractorId is { } id && !ExtractorFolder.IsIn(paths.ExtractorFolder(id)))
                {
                    throw new NotFoundException("The feature extractor is not there any more. Choose another one.");
                }
                var project = await db.Projects.SingleOrDefaultAsync(item => item.Id == projectId, token)
                    ?? throw new NotFoundException("The project is not there any more.");
                project.ExtractorId = extractorId;
                return true;
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Project);
    }

    private static async Task CopyAsync(Stream network, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[128 * 1024];
        for (var count = await network.ReadAsync(buffer, cancellationToken); count > 0; count = await network.ReadAsync(buffer, cancellationToken))
        {
            if (file.Length + count > MostBytes)
            {
                throw new InvalidRequestException($"The file is larger than {MostBytes / (1024 * 1024)} MB. Take a smaller network.");
            }
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
