using System.Collections.Concurrent;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The quality plans of the projects; kept in memory, as every decision asks for one.</summary>
public sealed class QualityPlans(IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access)
{
    private readonly ConcurrentDictionary<Guid, QualityPlan> _known = new();

    public async Task<QualityPlan> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await OfAsync(projectId, cancellationToken);
    }

    public async Task SetAsync(Guid userId, QualityPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        await access.DemandAsync(userId, plan.ProjectId, StudioRight.ManageProject, cancellationToken);
        if (plan.KnownMostAnswers < 0)
        {
            throw new InvalidRequestException("A hidden check is asked at most 0 (any number) or more times. Change the number.");
        }

        if (plan.OverlapAnnotators is < 1 or > QualityPlan.MostAnnotators
            || !IsPercent(plan.OverlapPercent) || !IsPercent(plan.KnownPercent) || !IsPercent(plan.KnownTargetPercent) || !IsPercent(plan.ReviewPercent))
        {
            throw new InvalidRequestException(
                $"An image can be labelled by 1 to {QualityPlan.MostAnnotators} people, and shares go from 0 to 100 %. Change the numbers.");
        }

        await writer.WriteAsync(
            async (db, token) =>
            {
                await db.Set<QualityPlan>().Where(item => item.ProjectId == plan.ProjectId).ExecuteDeleteAsync(token);
                db.Add(plan);
            },
            cancellationToken);
        _known[plan.ProjectId] = plan;
    }

    /// <summary>Whether the project hides what the model thinks from this person. Who manages classes sees it: somebody must judge the model.</summary>
    public async Task<bool> HideSuggestionsFromAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) =>
        (await OfAsync(projectId, cancellationToken)).HidesSuggestions
        && !await access.AllowsAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);

    /// <exception cref="InvalidRequestException">The project hides what the model thinks from this person.</exception>
    public async Task DemandSuggestionsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        if (await HideSuggestionsFromAsync(userId, projectId, cancellationToken))
        {
            throw new InvalidRequestException(
                "This project hides what the model suggests, so images can't be found, sorted, grouped or judged by it. Choose another filter, order or grouping.");
        }
    }

    internal async ValueTask<QualityPlan> OfAsync(Guid projectId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(projectId, out var known))
        {
            return known;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var plan = await db.Set<QualityPlan>().AsNoTracking()
            .FirstOrDefaultAsync(item => item.ProjectId == projectId, cancellationToken) ?? new QualityPlan { ProjectId = projectId };
        return _known.GetOrAdd(projectId, plan);
    }

    private static bool IsPercent(int value) => value is >= 0 and <= 100;
}
