using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Tells where model versions come from.</summary>
public sealed class ModelOrigins(IDbContextFactory<StudioDbContext> contexts, ModelRegistry models, StudioPaths paths, BackboneRegistry backbones)
{
    /// <summary>Where one version comes from. Needs the right to view.</summary>
    /// <exception cref="ConflictException">Its files are damaged.</exception>
    public async Task<ModelOrigin> OfAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        var folder = paths.ModelFolder(modelVersionId);
        var manifest = await Task.Run(() => Read(folder), cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var data = await db.DatasetSnapshots.Where(snapshot => snapshot.Id == model.DatasetSnapshotId).Select(snapshot => snapshot.ManifestSha256).SingleAsync(cancellationToken);
        var (backbone, licence) = BackboneOf(manifest, folder);
        return new ModelOrigin(
            backbone,
            licence,
            data,
            manifest.FileHashes,
            await AncestorsAsync(db, model, cancellationToken))
        {
            Parameters = await Task.Run(() => ModelFolder.CountParameters(folder), cancellationToken),
            Preprocessing = manifest.PreprocessingOrDerived,
        };
    }

    private (string Backbone, string Licence) BackboneOf(ModelManifest manifest, string folder) =>
        ExtractorFolder.IsIn(folder) ? (manifest.Backbone, ExtractorFolder.Read(folder).Licence)
        : backbones.Find(manifest.Backbone) is { } known ? ($"{known.Title} ({known.Origin})", known.Licence)
        : throw new ConflictException(backbones.UnknownMessage(manifest.Backbone));

    private static ModelManifest Read(string folder)
    {
        try
        {
            return ModelFolder.Read(folder);
        }
        catch (ModelFolderException error)
        {
            throw new ConflictException(error.Message);
        }
    }

    private static async Task<IReadOnlyList<string>> AncestorsAsync(StudioDbContext db, ModelSummary model, CancellationToken cancellationToken)
    {
        // Deleted ones too: what was learned from them lives on.
        var versions = await db.ModelVersions.AsNoTracking().Where(item => item.ProjectId == model.ProjectId)
            .Select(item => new { item.Id, item.Number, item.ParentId }).ToDictionaryAsync(item => item.Id, cancellationToken);
        var ancestors = new List<string>();
        for (var parentId = model.ParentId; parentId is { } id && versions.TryGetValue(id, out var parent); parentId = parent.ParentId)
        {
            ancestors.Add(ModelVersion.NameOf(parent.Number));
        }
        return ancestors;
    }
}
