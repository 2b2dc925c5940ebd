using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// Forgetting by class: the drop of a class's accuracy from the best it ever had, not only from the model before, which may
/// have lost something already. Test images and labels change between models, so each earlier model is asked by what it said
/// about those of its test images that are still test images, against the labels they have now.
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
        var byClass = predictions.ToLookup(item => item.Target);
        var merged = retired.Where(item => item.IntoId is not null && !byClass.Contains(item.Id)).ToDictionary(item => item.Id, item => item.IntoId!.Value);
        var candidates = comparison.OldClasses
            .Select(item => new ClassForgetting(item.ClassId, comparison.ParentModelId, item.RecallBefore, item.RecallAfter, item.Support))
            .Concat(earlier.SelectMany(model => Against(model, byClass, id => merged.GetValueOrDefault(id, id))));
        // Of equals the latest model: it comes first.
        return [.. candidates.GroupBy(item => item.ClassId).Select(group => group.MaxBy(item => item.Forgetting)!)];
    }

    private static IEnumerable<ClassForgetting> Against(EarlierModel model, ILookup<Guid, TestPrediction> byClass, Func<Guid, Guid> now)
    {
        var said = model.Predictions.ToDictionary(item => item.ImageId, item => now(item.Predicted));
        foreach (var classId in model.Report.Classes.Select(item => now(item.Id)).Distinct())
        {
            var shared = byClass[classId].Where(item => said.ContainsKey(item.ImageId)).ToList();
            if (shared.Count > 0)
            {
                yield return new ClassForgetting(
                    classId,
                    model.Report.ModelVersionId,
                    (double)shared.Count(item => said[item.ImageId] == classId) / shared.Count,
                    (double)shared.Count(item => item.Predicted == classId) / shared.Count,
                    shared.Count);
            }
        }
    }
}
