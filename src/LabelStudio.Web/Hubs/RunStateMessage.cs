using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Hubs;

/// <summary>A run has come into another state; after an ended one nothing follows until the run is resumed and followed anew.</summary>
public sealed record RunStateMessage(Guid RunId, RunState State, bool IsEnded);
