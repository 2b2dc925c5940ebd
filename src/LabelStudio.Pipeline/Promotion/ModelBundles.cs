using System.Globalization;
using System.IO.Compression;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Packs a model version for use elsewhere: all its files, samples that run it, its card and the licence.</summary>
public sealed class ModelBundles(ModelRegistry models, ModelThresholds thresholds, BackboneRegistry backbones, StudioPaths paths)
{
    /// <summary>Checks the model in both engines and packs it. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="modelVersionId">The model.</param>
    /// <param name="card">The model card's files by name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The zip archive from its beginning; its file goes when the stream is closed.</returns>
    /// <exception cref="ConflictException">The model's files are damaged, or ONNX Runtime and TorchSharp disagree.</exception>
    public async Task<Stream> PackAsync(
        Guid userId, Guid modelVersionId, IReadOnlyDictionary<string, string> card, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(card);
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        var kept = await thresholds.GetAsync(userId, modelVersionId, cancellationToken);
        var folder = paths.ModelFolder(modelVersionId);
        var manifest = await Task.Run(() => Check(folder), cancellationToken);
        return await TemporaryFile.WriteAsync(paths, async (target, token) =>
        {
            using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
            // All that the manifest names, so that the unpacked archive is a whole model folder again.
            foreach (var file in manifest.FileHashes.Keys.Order(StringComparer.Ordinal).Prepend(ModelFolder.ManifestHashFile).Prepend(ModelFolder.ManifestFile))
            {
                await AddFileAsync(zip, file, Path.Combine(folder, file), token);
            }
            foreach (var (name, text) in BundleTexts.Of(model.Name, manifest, backbones, kept.Thresholds).Concat(card))
            {
                await AddTextAsync(zip, name, text, token);
            }
            if (ExtractorFolder.IsIn(folder))
            {
                await AddTextAsync(zip, "LICENSE-backbone.txt", $"Feature extractor '{manifest.Backbone}': {ExtractorFolder.Read(folder).Licence}\n", token);
            }
            else
            {
                await AddFileAsync(zip, "LICENSE-backbone.txt", backbones.LicencePath(manifest.FindIn(backbones)), token);
            }
        }, cancellationToken);
    }

    private ModelManifest Check(string folder)
    {
        try
        {
            return EngineParity.Demand(backbones, folder);
        }
        catch (ModelFolderException error)
        {
            throw new ConflictException(error.Message);
        }
    }

    private static async Task AddFileAsync(ZipArchive zip, string name, string path, CancellationToken cancellationToken)
    {
        await using var source = File.OpenRead(path);
        // Weights are as good as random: pressing them costs seconds and gains little.
        await using var target = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await source.CopyToAsync(target, cancellationToken);
    }

    private static async Task AddTextAsync(ZipArchive zip, string name, string text, CancellationToken cancellationToken)
    {
        await using var target = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await using var writer = new StreamWriter(target);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    /// <summary>Name of the archive to offer for download.</summary>
    public static string FileName(int number) => string.Create(CultureInfo.InvariantCulture, $"model-{number}.zip");
}
