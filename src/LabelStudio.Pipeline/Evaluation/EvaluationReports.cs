using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Reads the test results of model versions.</summary>
public sealed class EvaluationReports(StudioPaths paths, ProjectAccess access)
{
    /// <summary>The report of a model version. Needs the right to view.</summary>
    public async Task<EvaluationReport> GetAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var report = await FindAsync(modelVersionId, cancellationToken)
            ?? throw new NotFoundException("The test results of this model version are not there any more. Train again to get new ones.");
        await access.DemandAsync(userId, report.ProjectId, StudioRight.View, cancellationToken);
        return report;
    }

    /// <summary>Exactly the test images of one cell of the confusion matrix, least certain first.</summary>
    public async Task<IReadOnlyList<TestPrediction>> ImagesOfCellAsync(
        Guid userId, Guid modelVersionId, Guid trueClassId, Guid predictedClassId, CancellationToken cancellationToken) =>
        await SelectAsync(
            userId, modelVersionId, (item, _) => item.Target == trueClassId && item.Predicted == predictedClassId, cancellationToken);

    /// <summary>Test images the parent had right and this model has wrong.</summary>
    public async Task<IReadOnlyList<TestPrediction>> BrokenAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) =>
        await SelectAsync(
            userId, modelVersionId, (item, report) => report.Comparison?.BrokenImageIds.Contains(item.ImageId) == true, cancellationToken);

    /// <summary>Test images the parent had wrong and this model has right.</summary>
    public async Task<IReadOnlyList<TestPrediction>> FixedAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) =>
        await SelectAsync(
            userId, modelVersionId, (item, report) => report.Comparison?.FixedImageIds.Contains(item.ImageId) == true, cancellationToken);

    /// <summary>What the model said about each test image.</summary>
    public async Task<IReadOnlyList<TestPrediction>> PredictionsAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) =>
        await SelectAsync(userId, modelVersionId, (_, _) => true, cancellationToken);

    /// <summary>Every class's probability for each test image; null for a model made before they were kept.</summary>
    public async Task<TestProbabilities?> ProbabilitiesAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, modelVersionId, cancellationToken);
        var folder = FolderOf(modelVersionId);
        if (await EvaluationFiles.ReadProbabilitiesAsync(folder, cancellationToken) is not { } values)
        {
            return null;
        }
        var indices = report.Classes.Index().ToDictionary(item => item.Item.Id, item => item.Index);
        var predictions = await EvaluationFiles.ReadPredictionsAsync(folder, cancellationToken);
        return new TestProbabilities([.. predictions.Select(item => indices[item.Target])], values, report.Classes.Count);
    }

    /// <summary>The report without asking for a right: for services.</summary>
    public Task<EvaluationReport?> FindAsync(Guid modelVersionId, CancellationToken cancellationToken) =>
        EvaluationFiles.ReadReportAsync(FolderOf(modelVersionId), cancellationToken);

    private string FolderOf(Guid modelVersionId) => Path.Combine(paths.Models, modelVersionId.ToString("D"));

    private async Task<List<TestPrediction>> SelectAsync(
        Guid userId, Guid modelVersionId, Func<TestPrediction, EvaluationReport, bool> isWanted, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, modelVersionId, cancellationToken);
        var predictions = await EvaluationFiles.ReadPredictionsAsync(FolderOf(modelVersionId), cancellationToken);
        return [.. predictions.Where(item => isWanted(item, report)).OrderBy(item => item.Probability)];
    }
}
