namespace LabelStudio.Pipeline.Projects;

/// <summary>With a project the role holds there only; without one in all. Valid for 7 days unless told otherwise.</summary>
public sealed record NewInvitation(StudioRole Role, string? Email = null, Guid? ProjectId = null, TimeSpan? ValidFor = null);
