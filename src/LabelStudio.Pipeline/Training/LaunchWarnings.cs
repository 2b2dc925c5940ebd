namespace LabelStudio.Pipeline.Training;

/// <summary>
/// What may disappoint in a run, by the images it would train on. Where images may have several classes, a class is judged by
/// those that show it alone or with others; a rare combination, of which there are always many, learns from its classes' images.
/// </summary>
internal static class LaunchWarnings
{
    private const int FewTrainImages = 5;
    private const int FewHeldOutImages = 3;

    public static IEnumerable<string> Of(Preflight preflight)
    {
        var classes = preflight.Classes.Where(item => !item.IsCombination).ToList();
        foreach (var item in classes)
        {
            if (item.AllTrain == 0)
            {
                yield return $"Class '{item.Name}' has no labelled training image and is left out. Label more images of it.";
            }
            else if (item.AllTrain < FewTrainImages)
            {
                yield return $"Class '{item.Name}' has only {item.AllTrain} labelled training images: expect little of it. Label more images of it.";
            }
        }
        var untested = classes.Where(item => item.AllTrain > 0 && item.AllTest < FewHeldOutImages).Select(item => item.Name).ToList();
        if (untested.Count > 0)
        {
            yield return $"Too few labelled test images to measure: {string.Join(", ", untested)}. Their figures will say little until more images are labelled.";
        }
        if (preflight.Classes.Sum(item => item.Validation) == 0)
        {
            yield return "No labelled image is in the validation split: the run can neither stop early nor calibrate its probabilities.";
        }
        if (preflight.MissingEmbeddings > 0)
        {
            yield return $"{preflight.MissingEmbeddings} labelled images still wait for their embedding: the trainer computes them itself, so the run takes longer to begin.";
        }
    }
}
