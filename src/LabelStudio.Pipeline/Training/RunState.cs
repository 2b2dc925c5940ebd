using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Training;

/// <summary>Where a training run is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    /// <summary>Waits for a trainer.</summary>
    Queued,

    /// <summary>A trainer has claimed it and gathers the data.</summary>
    Preparing,

    /// <summary>The trainer trains.</summary>
    Running,

    /// <summary>Somebody paused it; it waits to be resumed.</summary>
    Paused,

    /// <summary>Somebody asked it to stop; the trainer has not answered yet.</summary>
    Stopping,

    /// <summary>It ended with a model version.</summary>
    Succeeded,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>Somebody stopped it and dropped what it had learned.</summary>
    Cancelled,

    /// <summary>Its trainer or the server died under it.</summary>
    Interrupted,
}
