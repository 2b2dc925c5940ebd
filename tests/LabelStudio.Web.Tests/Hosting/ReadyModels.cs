using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>Model versions that can be asked though nobody trained them: the pretrained backbone with a head of zeros.</summary>
internal static class ReadyModels
{
    /// <summary>Small pictures are answered quickly.</summary>
    private const int SidePx = 64;

    /// <summary>Adds a version whose head says these logits of any picture, or without them the same of all classes; combinations have members.</summary>
    public static Task<Guid> AddAsync(
        StudioFactory factory, Guid userId, Guid projectId, int number, IReadOnlyList<Guid> classIds, CancellationToken cancellationToken, IReadOnlyList<float>? logits = null, IReadOnlyDictionary<Guid, Guid[]>? members = null) =>
        AddAsync(factory.Services, userId, projectId, number, classIds, cancellationToken, logits, members);

    /// <summary>The same on the services of a rendered page.</summary>
    public static async Task<Guid> AddAsync(
        IServiceProvider services, Guid userId, Guid projectId, int number, IReadOnlyList<Guid> classIds, CancellationToken cancellationToken, IReadOnlyList<float>? logits = null, IReadOnlyDictionary<Guid, Guid[]>? members = null)
    {
        var id = Guid.CreateVersion7();
        WriteFolder(services.GetRequiredService<StudioPaths>().ModelFolder(id), id, classIds, logits, members);
        await AddRowsAsync(services, id, userId, projectId, number, classIds.Count, cancellationToken);
        return id;
    }

    /// <summary>A model version for pages: it stands in the list, and nothing looks into its files.</summary>
    public static async Task<Guid> AddListedAsync(IServiceProvider services, Guid userId, Guid projectId, int number, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        await AddRowsAsync(services, id, userId, projectId, number, 2, cancellationToken);
        return id;
    }

    private static Task AddRowsAsync(IServiceProvider services, Guid id, Guid userId, Guid projectId, int number, int classCount, CancellationToken cancellationToken) =>
        services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, _) =>
            {
                db.DatasetSnapshots.Add(new DatasetSnapshot
                {
                    Id = id,
                    ProjectId = projectId,
                    CreatedUtc = DateTime.UnixEpoch,
                    OntologyVersion = 1,
                    TrainCount = 0,
                    ValidationCount = 0,
                    TestCount = 0,
                    ManifestSha256 = "",
                });
                db.TrainingRuns.Add(new TrainingRun
                {
                    Id = id,
                    ProjectId = projectId,
                    Name = $"Run {number}",
                    State = RunState.Succeeded,
                    Layers = TrainedLayers.HeadOnly,
                    Epochs = 1,
                    PlanJson = TrainingPlan.Quick.ToJson(),
                    ClassesJson = "[]",
                    DatasetSnapshotId = id,
                    CreatedBy = userId,
                    CreatedUtc = DateTime.UnixEpoch,
                    ModelVersionId = id,
                });
                db.ModelVersions.Add(new ModelVersion
                {
                    Id = id,
                    ProjectId = projectId,
                    Number = number,
                    RunId = id,
                    DatasetSnapshotId = id,
                    CreatedUtc = DateTime.UnixEpoch,
                    ClassCount = classCount,
                    TestCount = 0,
                });
                return Task.CompletedTask;
            },
            cancellationToken);

    private static void WriteFolder(string folder, Guid id, IReadOnlyList<Guid> classIds, IReadOnlyList<float>? logits, IReadOnlyDictionary<Guid, Guid[]>? members)
    {
        var backbone = BackboneDescriptor.EfficientNetLite0;
        var weights = WeightFile.Read(StudioPaths.ShippedBackbones.WeightsPath(backbone));
        var head = new LinearHead(
            ClassIndexMap.Of(classIds), backbone.EmbeddingSize, new float[classIds.Count * backbone.EmbeddingSize], [.. logits ?? new float[classIds.Count]]);
        var manifest = new ModelManifest
        {
            ModelId = id,
            DatasetSnapshotId = Guid.Empty,
            RunId = id,
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = backbone.Name,
            Classes = [.. classIds.Select((classId, index) => new ClassEntry(classId, $"Class {index}", index) { MemberIds = members?.GetValueOrDefault(classId) })],
            SidePx = SidePx,
            PreprocessingVersion = ImagePreprocessing.Version,
            Plan = TrainingPlan.Quick,
            WeightsHash = backbone.WeightsHash(weights),
            BackboneIsPretrained = true,
        };
        ModelFolder.Write(folder, manifest, weights.Tensors, head, path =>
            OnnxGraphWriter.WriteClassifier(backbone, weights, head, [.. manifest.Classes.Select(item => item.Name)], 1, SidePx, path));
    }
}
