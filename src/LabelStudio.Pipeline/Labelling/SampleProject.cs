namespace LabelStudio.Pipeline.Labelling;

/// <summary>A project for people without pictures: drawn ones, most of five classes labelled, a sixth class left to add.</summary>
public sealed class SampleProject
{
    /// <param name="progress">Per cent done.</param>
    public Task<Guid> CreateAsync(Guid userId, IProgress<int> progress, CancellationToken cancellationToken) => throw new NotImplementedException();
}
