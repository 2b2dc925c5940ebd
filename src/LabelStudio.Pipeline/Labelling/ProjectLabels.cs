namespace LabelStudio.Pipeline.Labelling;

/// <summary>What decisions ask for, as the label that the project knows it by: no database, so that every rule can be seen in one place.</summary>
/// <param name="combinations">The project's classes; all of them where images may have several.</param>
/// <param name="takesSeveral">Images may have several classes, or none.</param>
internal sealed class ProjectLabels(Combinations combinations, bool takesSeveral)
{
    public bool TakesSeveral => takesSeveral;

    /// <summary>Adds combinations that are new and that an image was given; a conflict gives none.</summary>
    /// <returns>There are such.</returns>
    public Task<bool> SaveAsync(StudioDbContext db, IEnumerable<Annotation> annotations, CancellationToken cancellationToken) =>
        combinations.SaveAsync(db, annotations.Select(annotation => annotation.ClassId).OfType<Guid>().ToHashSet(), cancellationToken);

    /// <param name="present">The label that the image has for the person; null: none.</param>
    /// <param name="problem">Why nothing can be saved; null: it can.</param>
    /// <returns>The label that the image gets; null: none, it loses its last class.</returns>
    public Guid? Asked(Decision decision, Guid? present, DecisionAct act, out string? problem)
    {
        if (decision.ClassIds is not { } asked)
        {
            return UsableClass(decision.ClassId, out problem);
        }

        if (!takesSeveral)
        {
            problem = null;
            return asked is [var only] && decision.Change == SetChange.Replace ? UsableClass(only, out problem) : Refused(out problem);
        }

        if (decision.Change == SetChange.Remove)
        {
            problem = null;
            IReadOnlyList<Guid> had = present is { } label ? combinations.PresentMembersOf(label) : [];
            Guid[] left = [.. had.Except(asked.SelectMany(combinations.PresentMembersOf))];
            // Who lacks the classes keeps the label, also the one that says there are none.
            return left.Length == had.Count ? present
                : left.Length == 0 ? null
                : combinations.LabelOf(left, act.OntologyVersion, act.AtUtc);
        }

        var given = combinations.InUse(asked, out problem);
        problem ??= combinations.ProblemOf(given);
        if (problem is not null)
        {
            return null;
        }

        var before = decision.Change == SetChange.Add && present is { } held ? combinations.PresentMembersOf(held) : [];
        return combinations.LabelOf(combinations.Sum(before, given), act.OntologyVersion, act.AtUtc);
    }

    private static Guid? Refused(out string? problem)
    {
        problem = "An image has one class in this project, so nothing was saved. Choose one, or have the project's settings take several classes per image.";
        return null;
    }

    private Guid? UsableClass(Guid? classId, out string? problem)
    {
        var asked = combinations.Classes.FirstOrDefault(item => item.Id == classId);
        if (asked is null)
        {
            problem = "The chosen class does not exist in this project, so nothing was saved. Choose another class.";
            return null;
        }

        var item = MergedClasses.Resolve(combinations.Classes, asked);
        if (item.IsCombination && !takesSeveral)
        {
            return Refused(out problem);
        }

        problem = item.IsArchived
            ? $"The class '{item.Name}' was archived meanwhile, so nothing was saved. Choose another class."
            : null;
        return item.IsArchived ? null : item.Id;
    }
}
