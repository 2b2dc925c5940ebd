using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Training;

/// <summary>What the server wants of the trainer that holds a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOrder>))]
public enum RunOrder
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>Stop after the present epoch, to be resumed later.</summary>
    Pause,

    /// <summary>Stop and hand in the best epoch so far.</summary>
    StopAndKeepBest,

    /// <summary>Stop and drop what was learned.</summary>
    StopAndDrop,

    /// <summary>The run is not this trainer's any more: drop it.</summary>
    Abandon,
}
