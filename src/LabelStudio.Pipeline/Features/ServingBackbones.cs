using System.Text.Json;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Which backbone's embeddings serve each project, in a file beside the embeddings: after a restart in the middle of a
/// rebuild the old ones go on serving. A project without an entry is served by the pretrained backbone. Not thread-safe.
/// </summary>
internal sealed class ServingBackbones
{
    private readonly string _path;
    private readonly Dictionary<Guid, string> _sources;

    public ServingBackbones(StudioPaths paths)
    {
        _path = Path.Combine(paths.Embeddings, "serving.json");
        _sources = Read(_path);
    }

    public BackboneSource Of(Guid projectId) =>
        _sources.TryGetValue(projectId, out var text) ? BackboneSource.Parse(text) : BackboneSource.Pretrained;

    public void Set(Guid projectId, BackboneSource source)
    {
        if (Of(projectId) == source)
        {
            return;
        }
        _sources[projectId] = source.ToString();
        var temporary = _path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(_sources));
        File.Move(temporary, _path, overwrite: true);
    }

    /// <summary>A torn file costs nothing but a rebuild.</summary>
    private static Dictionary<Guid, string> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<Guid, string>>(File.ReadAllText(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
