using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Training;

/// <summary>Which training images of the classes that the start model knew a limited rehearsal memory shows again.</summary>
public sealed record ExemplarsChosen : TrainingEvent
{
    /// <summary>Their places among the training images that the trainer was given, rising.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Places { get; init; } = [];

    /// <summary>Their ids, which the trainer does not know: empty until its caller has set them.</summary>
    public IReadOnlyList<long> ImageIds { get; init; } = [];
}
