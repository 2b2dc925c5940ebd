using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Judges a model with combinations by its classes: a combination's probability counts for each of them.</summary>
internal static class ClassEvaluation
{
    /// <param name="model">The model.</param>
    /// <param name="test">Its answers about test images.</param>
    /// <param name="classes">The labels of the model and the one before.</param>
    /// <param name="own">float32 [N, its labels].</param>
    /// <param name="before">float32 [N, all labels] of the model before; null without one.</param>
    /// <returns>Null: the model has no combination, or there is no test image.</returns>
    public static SeveralClassesPart? Of(EvaluatedModel model, TestAnswers test, ComparedClasses classes, float[] own, float[]? before)
    {
        Guid[] ids = [.. model.Classes.Index().Where(item => item.Item.MemberIds is null && classes.StandsForItself(item.Index)).Select(item => item.Item.Id)];
        if (test.ImageIds.Length == 0 || ids.Length == 0 || model.Classes.All(item => item.MemberIds is null))
        {
            return null;
        }
        var ownMembers = ReportLabels.MembersOf(ids, model.Classes.Select(classes.ShownBy));
        // A model before may know combinations that this one does not; its classes' probabilities have a part of them.
        var allMembers = ReportLabels.MembersOf(ids, model.Classes.Select(classes.ShownBy)
            .Concat(classes.Ids.Skip(model.Classes.Count).Select(id => classes.ShownBy(test.Before!.MembersOf(id)))));
        return new SeveralClassesPart
        {
            ClassIds = ids,
            Metrics = SeveralClassesEvaluation.Compute(ownMembers, test.Targets, own),
            Before = before is null ? null : SeveralClassesEvaluation.Compute(allMembers, test.Targets, before),
            OldClasses = before is null ? [] : OldClasses(ids, test.Targets, classes, (ownMembers, own), (allMembers, before)),
        };
    }

    private static List<OldClassF1> OldClasses(
        Guid[] ids, int[] targets, ComparedClasses classes, (LabelMembers Members, float[] Values) own, (LabelMembers Members, float[] Values) before)
    {
        var isNew = ids.Select(classes.IsNew).ToArray();
        if (!isNew.Contains(true))
        {
            return [];
        }
        int[] rows = [.. Enumerable.Range(0, targets.Length).Where(row => !own.Members.Of(targets[row]).Any(index => isNew[index]))];
        var (now, then) = (On(own.Members, own.Values), On(before.Members, before.Values));
        return [.. ids.Index().Where(item => !isNew[item.Index] && now.Classes[item.Index].Support > 0)
            .Select(item => new OldClassF1(item.Item, then.Classes[item.Index].F1, now.Classes[item.Index].F1))];

        SeveralClassesMetrics On(LabelMembers members, float[] values) => SeveralClassesEvaluation.Compute(
            members, [.. rows.Select(row => targets[row])], [.. rows.SelectMany(row => new ArraySegment<float>(values, row * members.Labels, members.Labels))]);
    }
}
