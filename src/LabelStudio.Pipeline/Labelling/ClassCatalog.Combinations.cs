using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Labelling;

public sealed partial class ClassCatalog
{
    /// <summary>The names of the classes that each combination stands for, in the classes' order. Needs the right to view.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<string>>> CombinationsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var combinations = await Combinations.ReadAsync(db, projectId, cancellationToken);
        return combinations.Classes.Where(item => item.IsCombination)
            .ToDictionary(item => item.Id, IReadOnlyList<string> (item) => [.. combinations.MembersOf(item.Id).Select(id => combinations.Find(id)!.Name)]);
    }
}
