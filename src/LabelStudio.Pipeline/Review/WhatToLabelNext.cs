using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Says which classes need labels most, from the promoted (or else the newest) model's test results and the labels there are.</summary>
public sealed class WhatToLabelNext(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, ModelRegistry models, EvaluationReports reports)
{
    /// <summary>Advice for every class that models learn, the most needed first.</summary>
    public async Task<IReadOnlyList<LabellingAdvice>> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var classes = await db.Classes.AsNoTracking()
            .Where(item => item.ProjectId == projectId && !item.IsArchived && !item.IsLeftOutOfTraining)
            .OrderBy(item => item.Position)
            .ToListAsync(cancellationToken);
        var labels = await db.Images
            .Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled && image.LabelClassId != null && image.Split == Split.Train)
            .GroupBy(image => image.LabelClassId!.Value)
            .Select(group => new { ClassId = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.ClassId, group => group.Count, cancellationToken);
        // Before the first promotion the newest model tells as well where labels are missing.
        var tested = await models.ProductionAsync(projectId, cancellationToken) ?? (await models.ListAsync(userId, projectId, cancellationToken) is [var newest, ..] ? newest : null);
        var report = tested is null ? null : await reports.GetAsync(userId, tested.Id, cancellationToken);
        return
        [
            .. classes.Select(item => AdviceRule.For(item, labels.GetValueOrDefault(item.Id), report))
                .OrderByDescending(advice => advice.MoreLabels)
                .ThenBy(advice => advice.Recall ?? 0),
        ];
    }
}
