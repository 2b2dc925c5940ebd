using LabelStudio.Pipeline.Evaluation;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Tells since which model version a model knows its classes.</summary>
public sealed class ClassOrigins(IDbContextFactory<StudioDbContext> contexts, ModelRegistry models, EvaluationReports reports)
{
    /// <summary>
    /// For each class the name of the first version, of those the model was trained from one after the other, that knew it.
    /// Of deleted versions only what their successors tell is known: where that ends, the last version that is sure is named.
    /// Needs the right to view.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, string>> OfAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) =>
        SinceOf(await LineageAsync(userId, modelVersionId, cancellationToken));

    /// <summary>The same by generation, with what became of each from version to version. Needs the right to view.</summary>
    public async Task<GenerationHistory> HistoryAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var lineage = await LineageAsync(userId, modelVersionId, cancellationToken);
        var since = SinceOf(lineage);
        lineage.Reverse();
        var recalls = lineage.ConvertAll(version => Recalls(version.Report));
        // A combination is as old as its classes: they tell what growing cost.
        var combinations = lineage[^1].Report?.Classes.Where(item => item.IsCombination).Select(item => item.Id).ToHashSet() ?? [];
        return new GenerationHistory([.. lineage.Select(version => version.Number)], [.. since
            .Where(item => !combinations.Contains(item.Key))
            .GroupBy(item => item.Value, item => item.Key)
            .OrderBy(group => lineage.FindIndex(version => ModelVersion.NameOf(version.Number) == group.Key))
            .Select(group => new ClassGeneration(group.Key, [.. group], [.. recalls.Select(ofVersion => Mean(group, ofVersion))]))]);
    }

    /// <summary>The version itself, then those it was trained from, one after the other, with the report of each that is not deleted.</summary>
    private async Task<List<(int Number, EvaluationReport? Report)>> LineageAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var versions = await db.ModelVersions.AsNoTracking().Where(item => item.ProjectId == model.ProjectId)
            .Select(item => new { item.Id, item.Number, item.ParentId }).ToDictionaryAsync(item => item.Id, cancellationToken);
        List<(int, EvaluationReport?)> lineage = [];
        for (Guid? next = modelVersionId; next is { } id && versions.TryGetValue(id, out var version); next = version.ParentId)
        {
            lineage.Add((version.Number, await reports.FindAsync(id, cancellationToken)));
        }
        return lineage;
    }

    private static Dictionary<Guid, string> SinceOf(List<(int Number, EvaluationReport? Report)> lineage)
    {
        if (lineage is not [{ Report: { } report }, .. var ancestors])
        {
            return [];
        }
        var since = report.Classes.ToDictionary(item => item.Id, _ => ModelVersion.NameOf(lineage[0].Number));
        var known = since.Keys.ToHashSet();
        var child = report;
        foreach (var (number, own) in ancestors)
        {
            if ((own is null ? KnownToParent(child) : own.Classes.Select(item => item.Id)) is not { } classes)
            {
                break;
            }
            known.IntersectWith(classes);
            foreach (var classId in known)
            {
                since[classId] = ModelVersion.NameOf(number);
            }
            child = own;
        }
        return since;
    }

    private static Dictionary<Guid, double> Recalls(EvaluationReport? report) => report?.SeveralClasses is { } part
        ? part.ClassIds.Zip(part.Metrics.Classes).Where(item => item.Second.Support > 0).ToDictionary(item => item.First, item => item.Second.Recall)
        : report?.Metrics is { } metrics
        ? report.Classes.Zip(metrics.Classes).Where(item => item.Second.Support > 0).ToDictionary(item => item.First.Id, item => item.Second.Recall)
        : [];

    private static double? Mean(IEnumerable<Guid> classIds, Dictionary<Guid, double> recalls)
    {
        var known = classIds.Where(recalls.ContainsKey).ToList();
        return known.Count == 0 ? null : known.Average(id => recalls[id]);
    }

    /// <summary>Null: the report is not held against the parent, and says nothing of it.</summary>
    private static IEnumerable<Guid>? KnownToParent(EvaluationReport? child) =>
        child?.Comparison is { IsParent: true } ? child.Classes.Where(item => !item.IsNew).Select(item => item.Id) : null;
}
