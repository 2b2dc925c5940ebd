using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// Forgetting by class: the drop of a class's accuracy from the best it ever had, not only from the model before, which may
/// have lost something already. Test images and labels change between models, so each earlier model is asked by what it said
/// about those of its test images that are still test images, against the labels they have now. Where images may show several
/// classes, a class is known in an image when it is one of those that the most probable label stands for.
/// </summary>
/// <remarks>Source: Chaudhry and others 2018, "Riemannian walk for incremental learning", equation 3.</remarks>
internal static class BestBefore
{
    /// <param name="report">The model's report, compared with the model before.</param>
    /// <param name="predictions">What it said.</param>
    /// <param name="earlier">The other models before it, newest first.</param>
    /// <param name="retired">Classes that were merged or archived.</param>
    public static IReadOnlyList<ClassForgetting> Of(
        EvaluationReport report, IReadOnlyList<TestPrediction> predictions, IReadOnlyList<EarlierModel> earlier, IEnumerable<RetiredClass> retired)
    {
        if (report.Comparison is not { } comparison)
        {
            return [];
        }
        var shown = new ShownClasses(report.Classes);
        var byClass = predictions.SelectMany(item => shown.By(item.Target), (item, id) => (Id: id, Said: item)).ToLookup(item => item.Id, item => item.Said);
        var merged = retired.Where(item => item.IntoId is not null && !byClass.Contains(item.Id)).ToDictionary(item => item.Id, item => item.IntoId!.Value);
        var candidates = AgainstCompared(report, comparison)
            .Concat(earlier.SelectMany(model => Against(model, byClass, shown, id => merged.GetValueOrDefault(id, id))));
        // Of equals the latest model: it comes first.
        return [.. candidates.GroupBy(item => item.ClassId).Select(group => group.MaxBy(item => item.Forgetting)!)];
    }

    private static IEnumerable<ClassForgetting> AgainstCompared(EvaluationReport report, ParentComparison comparison)
    {
        if (report.SeveralClasses is not { Before: { } before } part)
        {
            return comparison.OldClasses.Select(item => new ClassForgetting(item.ClassId, comparison.ParentModelId, item.RecallBefore, item.RecallAfter, item.Support));
        }
        var isNew = report.Classes.Where(item => item.IsNew).Select(item => item.Id).ToHashSet();
        return part.Metrics.Classes.Where(item => item.Support > 0 && !isNew.Contains(part.ClassIds[item.Index]))
            .Select(item => new ClassForgetting(part.ClassIds[item.Index], comparison.ParentModelId, before.Classes[item.Index].Recall, item.Recall, item.Support));
    }

    private static IEnumerable<ClassForgetting> Against(EarlierModel model, ILookup<Guid, TestPrediction> byClass, ShownClasses shown, Func<Guid, Guid> now)
    {
        var labels = new ShownClasses(model.Report.Classes);
        var said = model.Predictions.ToDictionary(item => item.ImageId, item => labels.By(item.Predicted).Select(now).ToHashSet());
        foreach (var classId in model.Report.Classes.Where(item => !item.IsCombination).Select(item => now(item.Id)).Distinct())
        {
            var shared = byClass[classId].Where(item => said.ContainsKey(item.ImageId)).ToList();
            if (shared.Count > 0)
            {
                yield return new ClassForgetting(
                    classId,
                    model.Report.ModelVersionId,
                    (double)shared.Count(item => said[item.ImageId].Contains(classId)) / shared.Count,
                    (double)shared.Count(item => shown.By(item.Predicted).Contains(classId)) / shared.Count,
                    shared.Count);
            }
        }
    }
}
