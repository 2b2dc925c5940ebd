namespace LabelStudio.Learning.Snapshots;

/// <summary>A class of a model as it was when the model was made.</summary>
/// <param name="Id">Permanent id.</param>
/// <param name="Name">Name at that time.</param>
/// <param name="Index">Position in the logits.</param>
public sealed record ClassEntry(Guid Id, string Name, int Index)
{
    /// <summary>Training images that it is known from, those that only earlier models saw included; null: the model keeps no count.</summary>
    public long? Images { get; init; }
}
