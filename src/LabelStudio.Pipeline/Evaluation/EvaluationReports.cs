using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// Reads test results. An evaluation is known by its id; the one that a run made of its own model has the model's.
/// </summary>
public sealed class EvaluationReports(IDbContextFactory<StudioDbContext> contexts, StudioPaths paths, ProjectAccess access)
{
    /// <summary>The report of an evaluation. Needs the right to view.</summary>
    public async Task<EvaluationReport> GetAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken)
    {
        var report = await FindAsync(evaluationId, cancellationToken)
            ?? throw new NotFoundException("These test results are not there any more. Evaluate the model again, or train a new one.");
        await access.DemandAsync(userId, report.ProjectId, StudioRight.View, cancellationToken);
        return report;
    }

    /// <summary>Exactly the test images of one cell of the confusion matrix, least certain first.</summary>
    public async Task<IReadOnlyList<TestPrediction>> ImagesOfCellAsync(
        Guid userId, Guid evaluationId, Guid trueClassId, Guid predictedClassId, CancellationToken cancellationToken) =>
        await SelectAsync(
            userId, evaluationId, (item, _) => item.Target == trueClassId && item.Predicted == predictedClassId, cancellationToken);

    /// <summary>
    /// Where images may show several classes: exactly the test images of one of a class's four counts, least certain first; none
    /// for a report that has nothing by class.
    /// </summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="classId">The class.</param>
    /// <param name="isShown">Those that have the class, or those that have not.</param>
    /// <param name="isCalled">Those of which the model says so, or those of which it does not.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<TestPrediction>> ImagesOfAnswerAsync(
        Guid userId, Guid evaluationId, Guid classId, bool isShown, bool isCalled, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, evaluationId, cancellationToken);
        var byClass = ReportLabels.Of(report);
        var index = byClass is { } labels ? labels.Classes.Select(item => item.Id).ToList().IndexOf(classId) : -1;
        if (index < 0 || await ProbabilitiesAsync(userId, evaluationId, cancellationToken) is not { } all)
        {
            return [];
        }
        var members = byClass!.Members;
        var marginals = members.Marginals(all.Values);
        var predictions = await EvaluationFiles.ReadPredictionsAsync(FolderOf(evaluationId), cancellationToken);
        var wanted = predictions.Index()
            .Where(item => members.Has(all.Targets[item.Index], index) == isShown && (marginals[(item.Index * members.Classes) + index] >= SeveralClassesEvaluation.YesFrom) == isCalled)
            .Select(item => item.Item.ImageId).ToHashSet();
        return await SelectAsync(userId, evaluationId, (item, _) => wanted.Contains(item.ImageId), cancellationToken);
    }

    /// <summary>Test images the model before had right and this model has wrong.</summary>
    public async Task<IReadOnlyList<TestPrediction>> BrokenAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken) =>
        await SelectAsync(
            userId, evaluationId, (item, report) => report.Comparison?.BrokenImageIds.Contains(item.ImageId) == true, cancellationToken);

    /// <summary>Test images the model before had wrong and this model has right.</summary>
    public async Task<IReadOnlyList<TestPrediction>> FixedAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken) =>
        await SelectAsync(
            userId, evaluationId, (item, report) => report.Comparison?.FixedImageIds.Contains(item.ImageId) == true, cancellationToken);

    /// <summary>What the model said about each test image.</summary>
    public async Task<IReadOnlyList<TestPrediction>> PredictionsAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken) =>
        await SelectAsync(userId, evaluationId, (_, _) => true, cancellationToken);

    /// <summary>
    /// What was forgotten of each old class, against the best of all models made before it whose files are still there; empty
    /// when it is held against a later model, which says nothing of forgetting.
    /// </summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="numbers">The project's model versions with their numbers, which tell which was made before which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ClassForgetting>> ForgettingAsync(
        Guid userId, Guid evaluationId, IReadOnlyDictionary<Guid, int> numbers, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, evaluationId, cancellationToken);
        if (report.Comparison?.ParentModelId is not { } comparedId)
        {
            return [];
        }
        ArgumentNullException.ThrowIfNull(numbers);
        var own = numbers.GetValueOrDefault(report.ModelVersionId);
        if (numbers.GetValueOrDefault(comparedId) > own)
        {
            return [];
        }
        var earlier = new List<EarlierModel>();
        foreach (var (id, _) in numbers.Where(item => item.Value < own && item.Key != comparedId).OrderByDescending(item => item.Value))
        {
            if (await FindAsync(id, cancellationToken) is { } model)
            {
                earlier.Add(new EarlierModel(model, await EvaluationFiles.ReadPredictionsAsync(FolderOf(id), cancellationToken)));
            }
        }
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return BestBefore.Of(
            report,
            await EvaluationFiles.ReadPredictionsAsync(FolderOf(evaluationId), cancellationToken),
            earlier,
            await RetiredClasses.ListAsync(db, report.ProjectId, cancellationToken));
    }

    /// <summary>Every class's probability for each test image; null for a model made before they were kept.</summary>
    public async Task<HeldOutProbabilities?> ProbabilitiesAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, evaluationId, cancellationToken);
        var folder = FolderOf(evaluationId);
        if (await EvaluationFiles.ReadProbabilitiesAsync(folder, cancellationToken) is not { } values)
        {
            return null;
        }
        var indices = report.Classes.Index().ToDictionary(item => item.Item.Id, item => item.Index);
        var predictions = await EvaluationFiles.ReadPredictionsAsync(folder, cancellationToken);
        return new HeldOutProbabilities([.. predictions.Select(item => indices[item.Target])], values, report.Classes.Count);
    }

    /// <summary>What a model said about its validation images; null: there were none, or it was made before these were kept.</summary>
    public async Task<HeldOutProbabilities?> ValidationAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, modelVersionId, cancellationToken);
        return await EvaluationFiles.ReadValidationAsync(FolderOf(modelVersionId), report.Classes.Count, cancellationToken);
    }

    /// <summary>The report without asking for a right: for services.</summary>
    public Task<EvaluationReport?> FindAsync(Guid evaluationId, CancellationToken cancellationToken) =>
        EvaluationFiles.ReadReportAsync(FolderOf(evaluationId), cancellationToken);

    private string FolderOf(Guid evaluationId) =>
        paths.EvaluationFolder(evaluationId) is var folder && Directory.Exists(folder) ? folder : paths.ModelFolder(evaluationId);

    private async Task<List<TestPrediction>> SelectAsync(
        Guid userId, Guid evaluationId, Func<TestPrediction, EvaluationReport, bool> isWanted, CancellationToken cancellationToken)
    {
        var report = await GetAsync(userId, evaluationId, cancellationToken);
        var predictions = await EvaluationFiles.ReadPredictionsAsync(FolderOf(evaluationId), cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, report.ProjectId, cancellationToken);
        return [.. predictions.Where(item => !hidden.Hide(item.ImageId) && isWanted(item, report)).OrderBy(item => item.Probability)];
    }
}
