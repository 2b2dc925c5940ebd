using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>The gate rules of projects: those somebody set, or those of the program's settings.</summary>
public sealed class ProjectGateRules(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, ChangeSignals signals, TimeProvider clock, IOptions<PromotionOptions> options)
{
    /// <summary>The rules that hold now. Needs the right to view.</summary>
    public async Task<GateRules> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await OfAsync(projectId, cancellationToken);
    }

    /// <summary>Who changed the rules when, newest first. Needs the right to view.</summary>
    public async Task<IReadOnlyList<GateRulesChange>> HistoryAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<GateRulesRecord>().AsNoTracking().Where(item => item.ProjectId == projectId).OrderByDescending(item => item.Id)
            .Select(item => new { Item = item, User = db.Users.Where(user => user.Id == item.UserId).Select(user => user.DisplayName).FirstOrDefault() })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new GateRulesChange(row.Item.Rules, row.User ?? "", row.Item.AtUtc))];
    }

    /// <summary>Sets the rules. Needs the right to manage the project.</summary>
    public async Task SetAsync(Guid userId, Guid projectId, GateRules rules, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rules);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        if (rules.MaxClassDrop is not (>= 0 and <= 1) || rules.MaxForgetting is not (null or (>= 0 and <= 1)) || rules.FewestTestImages is not (>= 1 and <= 1000))
        {
            throw new InvalidRequestException("The rules were not saved: drops lie between 0 and 100 %, and a class is judged from 1 to 1000 test images on. Change the number that lies outside.");
        }
        await writer.WriteAsync(
            (db, _) => Task.FromResult(db.Add(new GateRulesRecord
            {
                ProjectId = projectId,
                UserId = userId,
                AtUtc = clock.GetUtcNow().UtcDateTime,
                MaxClassDrop = rules.MaxClassDrop,
                MaxForgetting = rules.MaxForgetting,
                KeepsMacroF1 = rules.KeepsMacroF1,
                FewestTestImages = rules.FewestTestImages,
            })),
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Models | ChangeTopic.Project);
    }

    /// <summary>Without asking for a right: for services.</summary>
    internal async Task<GateRules> OfAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await db.Set<GateRulesRecord>().AsNoTracking().Where(item => item.ProjectId == projectId)
            .OrderByDescending(item => item.Id).FirstOrDefaultAsync(cancellationToken);
        return newest?.Rules ?? GateRules.Of(options.Value);
    }
}
