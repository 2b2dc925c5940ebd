namespace LabelStudio.Pipeline.Training;

/// <summary>How many labelled images of a class each split holds before a run.</summary>
/// <param name="IsNew">The promoted model does not know the class yet.</param>
/// <param name="Place">Its place in the list of classes, from 0.</param>
public sealed record ClassReadiness(Guid ClassId, string Name, string Colour, int Train, int Validation, int Test, bool IsNew, int Place = 0)
{
    /// <summary>Training images that the promoted model knows it from; null: it keeps no count, or does not know the class.</summary>
    public long? KnownFrom { get; init; }

    /// <summary>The classes of a combination, which is a label of its own to a model; null: it is a class.</summary>
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    public bool IsCombination => MemberIds is not null;
}
