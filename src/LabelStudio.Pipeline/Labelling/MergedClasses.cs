namespace LabelStudio.Pipeline.Labelling;

/// <summary>Follows merges: who still asks for a class that was merged means the one that took it over.</summary>
internal static class MergedClasses
{
    public static ClassDefinition Resolve(IReadOnlyCollection<ClassDefinition> classes, ClassDefinition item)
    {
        // A merged class can never be a target of its own merge, so the chain ends; the count guards against a broken table.
        for (var step = 0; step < classes.Count && item.MergedIntoId is { } into; step++)
        {
            if (classes.FirstOrDefault(other => other.Id == into) is not { } target)
            {
                break;
            }

            item = target;
        }

        return item;
    }
}
