using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>Trains small models in this process.</summary>
internal static class TrainedModels
{
    public static readonly TrainingPlan Plan = new() { Epochs = 5, BatchSize = 16, HeadLearningRate = 3e-3 };

    public static RunAssignment Assign(
        IReadOnlyList<Guid> classIds, Guid? parentId = null, Guid? projectId = null, IReadOnlyDictionary<Guid, Guid[]>? members = null)
    {
        var runId = Guid.CreateVersion7();
        return new RunAssignment
        {
            RunId = runId,
            ProjectId = projectId ?? Guid.CreateVersion7(),
            RunName = "Run",
            DatasetSnapshotId = Guid.CreateVersion7(),
            ModelId = runId,
            ParentModelId = parentId,
            Plan = Plan,
            Classes = [.. classIds.Select((classId, index) => new RunClass(classId, $"Class {index}", "#336699", false) { MemberIds = members?.GetValueOrDefault(classId) })],
        };
    }

    public static RunOptions OptionsIn(string folder) => new(
        Directory.CreateDirectory(folder).FullName,
        StudioPaths.ShippedBackbones,
        // An extractor is opened for the length of what it gives; embeddings are all there.
        (_, weights, _) => ExtractorFolder.IsIn(weights) ? ExtractorEmbedder.Open(weights, threads: 1) : throw new InvalidOperationException("No embedding should be missing."));

    /// <summary>Runs to the end and packs the model into the folder.</summary>
    public static async Task<RunResult> TrainAsync(RunAssignment assignment, IRunFiles files, string modelFolder)
    {
        var work = Directory.CreateTempSubdirectory("run-").FullName;
        try
        {
            var result = await new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
                assignment, OptionsIn(work), _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), TestContext.Current.CancellationToken);
            ModelPackage.Write(modelFolder, result!, new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc));
            return result!;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
