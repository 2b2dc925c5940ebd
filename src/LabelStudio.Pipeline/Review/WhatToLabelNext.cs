using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Says which classes need labels most, from the promoted (or else the newest) model's test results and the labels there are.</summary>
public sealed class WhatToLabelNext(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, ModelRegistry models, EvaluationReports reports)
{
    /// <summary>More combinations than these say nothing that the classes do not say.</summary>
    internal const int MostCombinations = 10;

    /// <summary>
    /// Advice for every class that models learn, the most needed first. Where images may have several, a class is judged by
    /// those that have it alone or with others; behind the classes come the combinations with enough images to be learned on
    /// their own, as nobody can go and label more of a rare one.
    /// </summary>
    public async Task<IReadOnlyList<LabellingAdvice>> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var combinations = await Combinations.ReadAsync(db, projectId, cancellationToken);
        var learned = combinations.Classes.Where(item => !item.IsArchived && !item.IsLeftOutOfTraining).OrderBy(item => item.Position).ToList();
        var labels = await db.Images
            .Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled && image.LabelClassId != null && image.Split == Split.Train)
            .GroupBy(image => image.LabelClassId!.Value)
            .Select(group => new { ClassId = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.ClassId, group => group.Count, cancellationToken);
        // Before the first promotion the newest model tells as well where labels are missing.
        var tested = await models.ProductionAsync(projectId, cancellationToken) ?? (await models.ListAsync(userId, projectId, cancellationToken) is [var newest, ..] ? newest : null);
        var report = tested is null ? null : await reports.GetAsync(userId, tested.Id, cancellationToken);
        var advice = learned.Select(item =>
        {
            HashSet<Guid> labelIds = [item.Id, .. combinations.With(item.Id).Where(learned.Contains).Select(other => other.Id)];
            return AdviceRule.For(item, labelIds.Sum(id => labels.GetValueOrDefault(id)), report, labelIds) with { IsCombination = item.IsCombination };
        }).OrderByDescending(item => item.MoreLabels).ThenBy(item => item.Recall ?? 0).ToList();
        return
        [
            .. advice.Where(item => !item.IsCombination),
            .. advice.Where(item => item.IsCombination && item.TrainLabels >= AdviceRule.LeastLabels).Take(MostCombinations),
        ];
    }
}
