namespace LabelStudio.Web.Api;

/// <summary>What answers after a roll-back.</summary>
/// <param name="Production">The model; null: none is promoted any more.</param>
public sealed record RolledBack(ModelAnswer? Production);
