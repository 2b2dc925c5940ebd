using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Takes a finished run's model in: checked, put in its place, and only then written down. Whole or not at all.</summary>
public sealed class ModelImport(
    StudioPaths paths, StudioWriter writer, RunRecords records, RunDispatch dispatch, ChangeSignals signals, ILogger<ModelImport> log)
{
    /// <summary>Ends a run with the model that its trainer handed in.</summary>
    /// <param name="assignment">The run; the trainer holds it.</param>
    /// <param name="worker">The trainer.</param>
    /// <param name="folder">The unpacked model folder, on the same disk as the data folder; it is moved away.</param>
    /// <param name="reason">Why the training ended.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidRequestException">The folder is not whole, or holds another run's model.</exception>
    public async Task CompleteAsync(
        RunAssignment assignment, string worker, string folder, StopReason reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        var manifest = ReadWhole(folder);
        if (manifest.RunId != assignment.RunId || manifest.ModelId != assignment.ModelId)
        {
            throw new InvalidRequestException("The model that was handed in belongs to another run. Hand in the model of this one.");
        }
        var report = await EvaluationFiles.ReadReportAsync(folder, cancellationToken)
            ?? throw new InvalidRequestException("The model was handed in without its test results. Hand it in again.");
        var projectId = assignment.ProjectId;
        var number = await writer.WriteAsync((db, token) => WriteDownAsync(db, assignment, worker, manifest, report, reason, folder, token), cancellationToken);
        dispatch.Forget(assignment.RunId);
        records.Tell(assignment.RunId, projectId, RunState.Succeeded);
        signals.Publish(projectId, ChangeTopic.Models);
        log.LogInformation("Run {RunId} ended with model {Number} of project {ProjectId}", assignment.RunId, number, projectId);
    }

    private static ModelManifest ReadWhole(string folder)
    {
        try
        {
            return ModelFolder.Read(folder);
        }
        catch (ModelFolderException error)
        {
            throw new InvalidRequestException($"The model that was handed in is not whole: {error.Message}");
        }
    }

    /// <summary>The folder is moved within the database's transaction: either both are there or neither.</summary>
    private async Task<int> WriteDownAsync(
        StudioDbContext db,
        RunAssignment assignment,
        string worker,
        ModelManifest manifest,
        EvaluationReport report,
        StopReason reason,
        string folder,
        CancellationToken cancellationToken)
    {
        var run = await db.TrainingRuns.SingleOrDefaultAsync(item => item.Id == assignment.RunId, cancellationToken);
        if (run is null || run.Worker != worker || !run.State.IsHeld())
        {
            throw new ConflictException("The training run is not held by this trainer any more, so its model was not taken in.");
        }
        var number = (await db.ModelVersions.Where(model => model.ProjectId == run.ProjectId).MaxAsync(model => (int?)model.Number, cancellationToken) ?? 0) + 1;
        db.ModelVersions.Add(new ModelVersion
        {
            Id = manifest.ModelId,
            ProjectId = run.ProjectId,
            Number = number,
            ParentId = run.ParentModelId,
            RunId = run.Id,
            DatasetSnapshotId = run.DatasetSnapshotId,
            CreatedUtc = records.Now,
            // What people count are classes; a model may answer with combinations of them as well.
            ClassCount = manifest.Classes.Count(item => item.MemberIds is null),
            TestCount = report.Metrics?.Count ?? 0,
            TestAccuracy = report.Metrics?.Accuracy,
            TestMacroF1 = report.MacroF1,
        });
        run.ModelVersionId = manifest.ModelId;
        await ModelAliases.PointAsync(db, run.ProjectId, manifest.ModelId, cancellationToken);
        records.End(run, RunState.Succeeded, reason: reason);
        await db.SaveChangesAsync(cancellationToken);
        Place(folder, paths.ModelFolder(manifest.ModelId));
        return number;
    }

    /// <summary>A folder without a row is what an earlier attempt left behind; it was never shown to anybody.</summary>
    private static void Place(string folder, string target)
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }
        Directory.Move(folder, target);
    }
}
