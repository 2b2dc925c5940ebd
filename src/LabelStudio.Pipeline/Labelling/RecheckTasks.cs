namespace LabelStudio.Pipeline.Labelling;

/// <param name="Left">Images that wait for a second look, those handed out included.</param>
public sealed record RecheckTasks(IReadOnlyList<LabellingTask> Tasks, int Left);
