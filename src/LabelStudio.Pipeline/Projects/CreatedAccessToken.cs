namespace LabelStudio.Pipeline.Projects;

/// <summary>The secret ("lsn_…") is shown this once.</summary>
public sealed record CreatedAccessToken(AccessTokenInfo Info, string Secret);
