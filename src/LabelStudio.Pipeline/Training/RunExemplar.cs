namespace LabelStudio.Pipeline.Training;

/// <summary>An image that a run with a limited rehearsal memory shows again.</summary>
/// <param name="ClassId">The class that the run learned it as.</param>
/// <param name="ClassName">Its name today.</param>
/// <param name="IsExample">Kept in any case, as its class showed it as an example when the run's dataset version was frozen.</param>
public sealed record RunExemplar(long ImageId, string Sha256, string FileName, Guid ClassId, string ClassName, bool IsExample);
