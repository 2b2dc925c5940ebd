namespace LabelStudio.Pipeline.Projects;

/// <summary>The projects: list, make, change, delete, and who works in them.</summary>
public sealed class ProjectCatalog
{
    public Task<IReadOnlyList<ProjectSummary>> ListAsync(Guid userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ProjectDetails> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<Guid> CreateAsync(Guid userId, NewProject project, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task UpdateAsync(Guid userId, Guid projectId, ProjectUpdate update, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task DeleteAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<ProjectMemberInfo>> MembersAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task SetMemberAsync(Guid userId, Guid projectId, Guid memberId, StudioRole role, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task RemoveMemberAsync(Guid userId, Guid projectId, Guid memberId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
