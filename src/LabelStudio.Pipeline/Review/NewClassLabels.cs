using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Review;

/// <summary>Makes a class of a proposed group.</summary>
public sealed class NewClassLabels(ClassCatalog catalog, ImageLabeller labeller)
{
    /// <summary>Makes the class and gives it to the images, which one undo takes back. Needs the right to manage classes.</summary>
    /// <returns>The number of images labelled.</returns>
    public async Task<int> CreateAsync(
        Guid userId, Guid projectId, string name, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        var created = await catalog.CreateAsync(userId, projectId, new NewClass(name), cancellationToken);
        return await labeller.DecideManyAsync(userId, projectId, imageIds, AnnotationKind.Label, created.Id, cancellationToken);
    }
}
