namespace LabelStudio.Pipeline.Projects;

/// <summary>The code is shown this once.</summary>
public sealed record CreatedInvitation(Guid Id, string Code, DateTime ExpiresUtc);
