using System.Globalization;
using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Training;

/// <summary>
/// What growing the head alone has done, before any step: old rows say what they said, so whatever old classes lose here they
/// lose to the new rows beside them.
/// </summary>
internal static class StartCheck
{
    /// <summary>A sentence for the run's log; null: there is no validation image of an old class.</summary>
    /// <param name="targets">Class index of each validation image, [N].</param>
    /// <param name="scores">Logits or probabilities of the grown head, float32 [N, classes].</param>
    /// <param name="classes">How many classes it has.</param>
    /// <param name="oldClasses">How many of the first ones the model it grew from has.</param>
    /// <param name="hasCombinations">Some labels are combinations of classes: a new label need be no new class.</param>
    public static string? Sentence(int[] targets, float[] scores, int classes, int oldClasses, bool hasCombinations = false)
    {
        int[] old = [.. Enumerable.Range(0, targets.Length).Where(row => targets[row] < oldClasses)], added = [.. Enumerable.Range(0, targets.Length).Except(old)];
        if (old.Length == 0)
        {
            return null;
        }
        if (hasCombinations)
        {
            var ofAdded = added.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", of those with new ones {Right(added, classes):P1}");
            return string.Create(CultureInfo.InvariantCulture, $"Before the first step {Right(old, classes):P1} of the validation images with labels that the model knew are right, {Right(old, oldClasses):P1} among these labels alone{ofAdded}.");
        }
        var ofNew = added.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", of the new classes' {Right(added, classes):P1}");
        return string.Create(CultureInfo.InvariantCulture, $"Before the first step {Right(old, classes):P1} of the old classes' validation images are right, {Right(old, oldClasses):P1} among the old classes alone{ofNew}.");

        double Right(int[] rows, int known) =>
            (double)rows.Count(row => ModelEvaluation.Predicted(scores.AsSpan(row * classes, known)) == targets[row]) / rows.Length;
    }
}
