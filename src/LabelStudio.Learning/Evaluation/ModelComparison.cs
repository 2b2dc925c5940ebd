namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// An old model against a new one on the same test images. "Old classes" are those the old model knows. Shares are 0 to 1;
/// null where there is no image to tell.
/// </summary>
/// <param name="OldAccuracyOnOldClasses">Accuracy of the old model on images of old classes.</param>
/// <param name="NewAccuracyOnOldClasses">Accuracy of the new model on the same images, all its classes competing.</param>
/// <param name="AccuracyOnNewClasses">Accuracy of the new model on images of new classes.</param>
/// <param name="ForgettingByClass">Drop of recall from old to new model by old class index; negative where it got better.</param>
/// <param name="AverageForgetting">Mean of the drops over the old classes that have images.</param>
/// <param name="Broken">Rows of old classes that the old model had right and the new one has wrong.</param>
/// <param name="Fixed">Rows of old classes that the old model had wrong and the new one has right.</param>
/// <param name="OldRightToWrongShare">Broken rows as share of the images of old classes.</param>
public sealed record ModelComparison(
    double? OldAccuracyOnOldClasses,
    double? NewAccuracyOnOldClasses,
    double? AccuracyOnNewClasses,
    IReadOnlyList<double?> ForgettingByClass,
    double? AverageForgetting,
    IReadOnlyList<int> Broken,
    IReadOnlyList<int> Fixed,
    double? OldRightToWrongShare);
