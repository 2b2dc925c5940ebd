namespace LabelStudio.Pipeline.Intake;

/// <summary>Somebody whose labels a project has now.</summary>
public sealed record Annotator(Guid UserId, string Name);
