namespace LabelStudio.Pipeline.Serving;

/// <summary>Class suggestions for images that are about to be labelled.</summary>
public sealed class SuggestionService
{
    /// <summary>Suggestions for those of the images that have one; an image without embedding has none. Needs the right to view.</summary>
    public Task<IReadOnlyList<Suggestion>> SuggestAsync(
        Guid userId, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken) => throw new NotImplementedException();
}
