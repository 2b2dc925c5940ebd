namespace LabelStudio.Pipeline.Projects;

public sealed record NewAccessToken(string Name, AccessScopes Scopes, TimeSpan? ValidFor = null);
