namespace LabelStudio.Pipeline.Projects;

public sealed record ValidatedToken(Guid TokenId, Guid UserId, AccessScopes Scopes);
