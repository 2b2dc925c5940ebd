namespace LabelStudio.Pipeline.Intake;

/// <summary>The images of a project: page by page, one by one, and their files.</summary>
public sealed class ImageLibrary
{
    /// <summary>The next images after <paramref name="afterId"/> (the last one of the page before) in the filter's order.</summary>
    public Task<IReadOnlyList<ImageTile>> PageAsync(
        Guid userId, Guid projectId, ImageFilter filter, long? afterId, int count, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<int> CountAsync(Guid userId, Guid projectId, ImageFilter filter, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>All ids that match, in the filter's order: for "select all that match".</summary>
    public Task<IReadOnlyList<long>> IdsAsync(Guid userId, Guid projectId, ImageFilter filter, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ImageDetails> GetAsync(Guid userId, long imageId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The file to send; null when the image does not exist or the person may not see it.</summary>
    public Task<ImageFile?> FindFileAsync(Guid userId, long imageId, ImageVariant variant, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ImageCounts> CountsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Deletes for good, with annotations; gives the number deleted.</summary>
    public Task<int> DeleteAsync(Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken) => throw new NotImplementedException();
}
