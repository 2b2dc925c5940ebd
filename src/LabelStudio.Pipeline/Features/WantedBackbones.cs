using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Which backbone a project wants: the extractor that was chosen for it, else its promoted model's, when that has one of its
/// own. Not thread-safe.
/// </summary>
internal sealed class WantedBackbones(StudioPaths paths, BackboneRegistry backbones)
{
    private readonly Dictionary<Guid, BackboneSource> _known = [];

    /// <exception cref="ModelFolderException">The promoted model's folder cannot be used.</exception>
    public BackboneSource Of(Guid? promotedModelId, Guid? extractorId)
    {
        if (extractorId is not null)
        {
            return new BackboneSource(null, extractorId);
        }
        if (promotedModelId is not { } modelId)
        {
            return BackboneSource.Pretrained;
        }
        if (!_known.TryGetValue(modelId, out var source))
        {
            // A model never changes, so its folder is read once.
            var manifest = ModelFolder.Read(paths.ModelFolder(modelId));
            _known[modelId] = source = !manifest.BackboneIsPretrained ? new BackboneSource(modelId)
                : manifest.Backbone == backbones.Default.Name ? BackboneSource.Pretrained
                : new BackboneSource(null, Backbone: manifest.Backbone);
        }
        return source;
    }
}
