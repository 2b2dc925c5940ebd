namespace LabelStudio.Pipeline.Projects;

/// <summary>Answers whether a person holds a right; kept in memory until somebody changes it.</summary>
public sealed class ProjectAccess
{
    public Task DemandAsync(Guid userId, Guid projectId, StudioRight right, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<bool> AllowsAsync(Guid userId, Guid projectId, StudioRight right, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task DemandGlobalAsync(Guid userId, StudioRight right, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<bool> AllowsGlobalAsync(Guid userId, StudioRight right, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The role in one project; null: nobody, or disabled.</summary>
    public Task<StudioRole?> RoleAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public void Forget(Guid userId) => throw new NotImplementedException();
}
