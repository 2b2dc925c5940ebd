using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Training;

/// <summary>Which part of the network a training run changes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainedLayers>))]
public enum TrainedLayers
{
    /// <summary>The head only, on stored embeddings; the backbone stays as it is.</summary>
    HeadOnly,

    /// <summary>The head and the last stages of the backbone.</summary>
    LastStages,

    /// <summary>The head and the whole backbone.</summary>
    Whole,
}
