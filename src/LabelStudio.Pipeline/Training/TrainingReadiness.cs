using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>Looks at what a run launched now would train on.</summary>
public sealed class TrainingReadiness(
    IDbContextFactory<StudioDbContext> contexts, DatasetSnapshots snapshots, EmbeddingStores stores, BackboneRegistry backbones, StudioPaths paths)
{
    /// <param name="projectId">The project.</param>
    /// <param name="snapshotId">A frozen version to train on; null: the labels of now.</param>
    /// <param name="classIds">The classes to train; null: all that have training images.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Preflight> LookAsync(Guid projectId, Guid? snapshotId, IReadOnlyCollection<Guid>? classIds, CancellationToken cancellationToken)
    {
        var frozen = snapshotId is { } id ? await snapshots.ReadAsync(id, cancellationToken) : null;
        if (frozen is not null && frozen.ProjectId != projectId)
        {
            throw new InvalidRequestException("The chosen dataset version belongs to another project. Choose one of this project.");
        }
        var counts = frozen is null ? await snapshots.PreviewAsync(projectId, cancellationToken) : DatasetSnapshots.CountsOf(frozen);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var project = await db.Projects.Where(item => item.Id == projectId)
            .Select(item => new { item.ProductionModelId, item.ProductionModel, item.ExtractorId, item.TakesSeveralClasses })
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("The project is not there any more.");
        var colours = await db.Classes.Where(item => item.ProjectId == projectId)
            .ToDictionaryAsync(item => item.Id, item => item.Colour, cancellationToken);
        var basis = RunBasis.Of(paths, project.ProductionModelId, project.ExtractorId);
        var parent = basis.ParentModelId is { } parentId ? ManifestOf(parentId) : null;
        var known = parent?.ClassIndices ?? ClassIndexMap.Empty;
        var all = counts.Select((count, place) => new ClassReadiness(
                count.ClassId,
                count.Name,
                colours.GetValueOrDefault(count.ClassId, "#808080"),
                count.Train,
                count.Validation,
                count.Test,
                basis.ParentModelId is not null && known.IndexOf(count.ClassId) < 0,
                place)
        {
            KnownFrom = KnownFrom(parent, count.ClassId),
            MemberIds = count.MemberIds,
        })
            .ToList();
        if (classIds?.FirstOrDefault(id => !all.Exists(item => item.ClassId == id)) is { } stranger && stranger != Guid.Empty)
        {
            throw new InvalidRequestException($"The class '{stranger}' is none that can be trained in this project. Choose from its list of classes.");
        }
        var chosen = classIds is null ? all : all.FindAll(item => IsChosen(item, classIds));
        var classes = ClassReadiness.WithOthers(chosen, chosen);
        var severalClasses = project.TakesSeveralClasses || all.Exists(item => item.IsCombination);
        var parentKeepsSums = basis.ParentModelId is { } keeper && File.Exists(Path.Combine(paths.ModelFolder(keeper), ModelFolder.ClosedFormFileName));
        var missing = await MissingEmbeddingsAsync(db, projectId, frozen, cancellationToken);
        var problem = (frozen is null ? null : await DeletedProblemAsync(db, frozen, cancellationToken)) ?? NothingChosen(all, classes, severalClasses) ?? ProblemOf(classes, parentKeepsSums, severalClasses);
        var preflight = new Preflight(
            classes, basis.ParentModelId, basis.ParentModelId is null ? null : project.ProductionModel, missing, [], problem);
        return preflight with
        {
            TakesSeveralClasses = severalClasses,
            Warnings = [.. OldImagesGone(classes, parent, parentKeepsSums), .. LaunchWarnings.Of(preflight), .. basis.Warnings],
            LeftOut = ClassReadiness.WithOthers(all.FindAll(item => !chosen.Contains(item)), all),
            ExtractorId = project.ExtractorId,
            FrozenExtractor = basis.FrozenExtractor,
            ParentBackbone = basis.FrozenExtractor is null && parent?.Backbone != backbones.Default.Name ? parent?.Backbone : null,
        };
    }

    /// <summary>A combination is trained with its classes: where one of them is left out, nothing is learned from images that show it.</summary>
    private static bool IsChosen(ClassReadiness item, IReadOnlyCollection<Guid> classIds) =>
        item.MemberIds is { } members ? classIds.Count > 0 && members.All(classIds.Contains) : classIds.Contains(item.ClassId);

    /// <summary>Images of a class count alone and with others.</summary>
    private static long? KnownFrom(ModelManifest? parent, Guid labelId) =>
        parent?.Classes.FirstOrDefault(entry => entry.Id == labelId) is { Images: not null } known
            ? parent.Classes.Where(entry => entry == known || entry.MemberIds?.Contains(labelId) == true).Sum(entry => entry.Images ?? 0)
            : null;

    private ModelManifest? ManifestOf(Guid modelId)
    {
        var path = Path.Combine(paths.ModelFolder(modelId), ModelFolder.ManifestFile);
        using var stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<ModelManifest>(stream);
    }

    private async Task<int> MissingEmbeddingsAsync(
        StudioDbContext db, Guid projectId, DatasetManifest? frozen, CancellationToken cancellationToken)
    {
        var hashes = frozen?.Entries.Select(entry => entry.Sha256).ToList()
            ?? await db.Images.Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled)
                .Select(image => image.Sha256).ToListAsync(cancellationToken);
        return stores.ServingOf(projectId) is { } store ? hashes.Count(hash => !store.Contains(hash)) : hashes.Count;
    }

    /// <summary>A trainer may need the pixels of any image of the version.</summary>
    private static async Task<string?> DeletedProblemAsync(StudioDbContext db, DatasetManifest frozen, CancellationToken cancellationToken)
    {
        var there = await db.Images.Where(image => image.ProjectId == frozen.ProjectId).Select(image => image.Id).ToHashSetAsync(cancellationToken);
        var deleted = frozen.Entries.Count(entry => !there.Contains(entry.ImageId));
        return deleted == 0
            ? null
            : $"{deleted} images of this dataset version were deleted since, so nothing can be trained on it any more. Choose the labels of now or another version.";
    }

    private static string? NothingChosen(List<ClassReadiness> all, IReadOnlyList<ClassReadiness> chosen, bool severalClasses) =>
        !all.Exists(item => item.Train > 0) || chosen.Any(item => item.Train > 0) ? null
        : severalClasses ? "No training image shows only classes that are chosen. Choose more of them, or train all."
        : "No class is chosen that has training images. Choose some of them, or train all.";

    /// <summary>A promoted model is extended even by one class: what it keeps of its own stands beside it.</summary>
    private static string? ProblemOf(IReadOnlyList<ClassReadiness> classes, bool parentKeepsSums, bool severalClasses)
    {
        var trainable = classes.Count(item => item.Train > 0);
        return trainable == 1 && parentKeepsSums && classes.Any(item => item is { IsCombination: false, AllTrain: > 0, IsNew: true }) ? null : TooFew(trainable, severalClasses);
    }

    /// <summary>Why a model that can answer only this many labels cannot be trained from nothing; null: it can.</summary>
    internal static string? TooFew(int trainableLabels, bool severalClasses) =>
        (trainableLabels, severalClasses) switch
        {
            (0, false) => "Nothing can be trained yet: no image of the training split has a label. Label images of at least two classes.",
            (0, true) => "Nothing can be trained yet: no image of the training split has a label. Label images that show different classes.",
            (1, false) => "Nothing can be trained yet: only one class has labelled training images. Label images of at least one more class.",
            (1, true) => "Nothing can be trained yet: all labelled training images have the same classes. Label images that show others, or none of them.",
            _ => null,
        };

    /// <summary>Said before the start: with no old image at hand the run will not train what its plan says.</summary>
    private static IEnumerable<string> OldImagesGone(IReadOnlyList<ClassReadiness> classes, ModelManifest? parent, bool parentKeepsSums)
    {
        var trained = classes.Where(item => item is { IsCombination: false, AllTrain: > 0 }).ToList();
        if (parent?.Classes.Count(entry => entry.MemberIds is null) is > 0 and var known && trained.Exists(item => item.IsNew) && trained.TrueForAll(item => item.IsNew))
        {
            yield return parentKeepsSums
                ? $"No training image of the {known} classes that the promoted model knows is left: a run that extends it leaves the backbone still and extends the closed-form head, from the sums kept with the model."
                : $"No training image of the {known} classes that the promoted model knows is left, and it was made before sums were kept with a model: it can't be extended. Label some images of these classes, or start from the pretrained weights without them.";
        }
    }
}
