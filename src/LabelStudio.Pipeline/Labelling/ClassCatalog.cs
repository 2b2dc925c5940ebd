namespace LabelStudio.Pipeline.Labelling;

/// <summary>The classes of a project: made, changed, put in order, archived, merged. None is ever deleted.</summary>
public sealed class ClassCatalog
{
    /// <summary>In their order, archived and merged ones last.</summary>
    public Task<IReadOnlyList<ClassInfo>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ClassInfo> CreateAsync(Guid userId, Guid projectId, NewClass newClass, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ClassInfo> UpdateAsync(
        Guid userId, Guid projectId, Guid classId, ClassUpdate update, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Puts the class at this place among the classes in use, counted from 0.</summary>
    public Task MoveAsync(Guid userId, Guid projectId, Guid classId, int position, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes the class out of use; its images keep their label.</summary>
    public Task ArchiveAsync(Guid userId, Guid projectId, Guid classId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task RestoreAsync(Guid userId, Guid projectId, Guid classId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Relabels all images of one class to the other and archives it; gives the number of images.</summary>
    public Task<int> MergeAsync(Guid userId, Guid projectId, Guid fromId, Guid intoId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
