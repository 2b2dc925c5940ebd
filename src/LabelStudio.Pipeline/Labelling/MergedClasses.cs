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

    /// <summary>The class that an id means today; the id itself when there is no such class.</summary>
    public static Guid Resolve(IReadOnlyCollection<ClassDefinition> classes, Guid classId) =>
        classes.FirstOrDefault(item => item.Id == classId) is { } known ? Resolve(classes, known).Id : classId;

    /// <summary>The class in use that each class is today: itself, or the one that took its images over. Archived classes are not in it.</summary>
    public static Dictionary<Guid, ClassDefinition> Present(IReadOnlyCollection<ClassDefinition> classes) =>
        classes.Select(item => (item.Id, Now: Resolve(classes, item))).Where(pair => !pair.Now.IsArchived).ToDictionary(pair => pair.Id, pair => pair.Now);
}
