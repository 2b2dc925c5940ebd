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
    public async Task<IReadOnlyDictionary<Guid, string>> OfAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        var report = await reports.FindAsync(modelVersionId, cancellationToken);
        if (report is null)
        {
            return new Dictionary<Guid, string>();
        }
        var since = report.Classes.ToDictionary(item => item.Id, _ => model.Name);
        var known = since.Keys.ToHashSet();
        var child = report;
        foreach (var (id, number) in (await LineageAsync(model, cancellationToken)).Skip(1))
        {
            var own = await reports.FindAsync(id, cancellationToken);
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

    /// <summary>The same by generation, with what became of each from version to version. Needs the right to view.</summary>
    public async Task<GenerationHistory> HistoryAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var since = await OfAsync(userId, modelVersionId, cancellationToken);
        var lineage = (await LineageAsync(await models.GetAsync(userId, modelVersionId, cancellationToken), cancellationToken)).Reverse().ToList();
        var recalls = new List<Dictionary<Guid, double>>();
        foreach (var (id, _) in lineage)
        {
            recalls.Add(Recalls(await reports.FindAsync(id, cancellationToken)));
        }
        int[] numbers = [.. lineage.Select(item => item.Number)];
        return new GenerationHistory(numbers, [.. since
            .GroupBy(item => item.Value, item => item.Key)
            .OrderBy(group => Array.FindIndex(numbers, number => ModelVersion.NameOf(number) == group.Key))
            .Select(group => new ClassGeneration(group.Key, [.. group], [.. recalls.Select(ofVersion => Mean(group, ofVersion))]))]);
    }

    private static Dictionary<Guid, double> Recalls(EvaluationReport? report) => report?.Metrics is { } metrics
        ? report.Classes.Zip(metrics.Classes).Where(item => item.Second.Support > 0).ToDictionary(item => item.First.Id, item => item.Second.Recall)
        : [];

    private static double? Mean(IEnumerable<Guid> classIds, Dictionary<Guid, double> recalls)
    {
        var known = classIds.Where(recalls.ContainsKey).ToList();
        return known.Count == 0 ? null : known.Average(id => recalls[id]);
    }

    private async Task<IReadOnlyList<(Guid Id, int Number)>> LineageAsync(ModelSummary model, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ModelLineage.ReadAsync(db, model.ProjectId, model.Id, cancellationToken);
    }

    /// <summary>Null: the report is not held against the parent, and says nothing of it.</summary>
    private static IEnumerable<Guid>? KnownToParent(EvaluationReport? child) =>
        child?.Comparison is { IsParent: true } ? child.Classes.Where(item => !item.IsNew).Select(item => item.Id) : null;
}
