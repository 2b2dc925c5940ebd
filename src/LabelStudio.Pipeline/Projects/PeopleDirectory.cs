namespace LabelStudio.Pipeline.Projects;

/// <summary>The people who may sign in. The last administrator can be neither lowered nor disabled.</summary>
public sealed class PeopleDirectory
{
    /// <summary>Whether anybody exists at all: the first start asks for an administrator.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<Person>> ListAsync(Guid userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<Person?> FindAsync(Guid personId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task RenameAsync(Guid userId, string displayName, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task ChangeRoleAsync(Guid userId, Guid personId, StudioRole role, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task SetDisabledAsync(Guid userId, Guid personId, bool isDisabled, CancellationToken cancellationToken) => throw new NotImplementedException();
}
