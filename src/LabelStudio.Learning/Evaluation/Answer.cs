namespace LabelStudio.Learning.Evaluation;

/// <summary>The most probable class of an image (the first of equals), its probability, and the image's true class.</summary>
internal readonly record struct Answer(int Target, int Predicted, double Confidence)
{
    public bool IsRight => Target == Predicted;

    public static Answer[] All(int[] targets, float[] probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (probabilities.Length != targets.Length * classes)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities do not fit {targets.Length} images and {classes} classes.", nameof(probabilities));
        }

        return [.. targets.Select((target, image) =>
        {
            var predicted = ModelEvaluation.Predicted(probabilities.AsSpan(image * classes, classes));
            return new Answer(target, predicted, probabilities[(image * classes) + predicted]);
        })];
    }
}
