namespace LabelStudio.Pipeline.Promotion;

/// <summary>The classes that one model version was the first to know.</summary>
/// <param name="Since">Name of that version.</param>
/// <param name="ClassIds">The classes.</param>
/// <param name="Recalls">
/// Their mean recall in each version of the lineage, the eldest first, on that version's own test images; null where it knows
/// none of them, had no test image of one, or is gone.
/// </param>
public sealed record ClassGeneration(string Since, IReadOnlyList<Guid> ClassIds, IReadOnlyList<double?> Recalls);
