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

    public static async Task<Guid> AddAsync(StudioFactory factory, Guid userId, Guid projectId, int number, IReadOnlyList<Guid> classIds, CancellationToken cancellationToken)
    {
        var (services, id) = (factory.Services, Guid.CreateVersion7());
        WriteFolder(Path.Combine(services.GetRequiredService<StudioPaths>().Models, id.ToString("D")), id, classIds);
        await services.GetRequiredService<StudioWriter>().WriteAsync(
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
                    ClassCount = classIds.Count,
                    TestCount = 0,
                });
                return Task.CompletedTask;
            },
            cancellationToken);
        return id;
    }

    private static void WriteFolder(string folder, Guid id, IReadOnlyList<Guid> classIds)
    {
        var backbone = BackboneDescriptor.EfficientNetLite0;
        var weights = WeightFile.Read(StudioPaths.PretrainedWeights);
        var head = LinearHead.Zero(ClassIndexMap.Of(classIds), backbone.EmbeddingSize);
        var manifest = new ModelManifest
        {
            ModelId = id,
            DatasetSnapshotId = Guid.Empty,
            RunId = id,
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = backbone.Name,
            Classes = [.. classIds.Select((classId, index) => new ClassEntry(classId, $"Class {index}", index))],
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
