using LabelStudio.Learning.Training;

namespace LabelStudio.Web.Hubs;

/// <summary>One event of a run. Sequence numbers rise by 1, so a client sees whether it missed any.</summary>
public sealed record RunEventMessage(Guid RunId, long Sequence, TrainingEvent Event);
