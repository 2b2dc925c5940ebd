namespace LabelStudio.Pipeline.Training;

/// <summary>A run's end that is still to be told.</summary>
/// <param name="Run">The run as it ended.</param>
/// <param name="ProjectName">Name of its project.</param>
/// <param name="Webhook">Whom to tell.</param>
public sealed record RunNotice(TrainingRun Run, string ProjectName, RunWebhook Webhook);
