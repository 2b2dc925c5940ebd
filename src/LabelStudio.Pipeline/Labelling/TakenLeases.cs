namespace LabelStudio.Pipeline.Labelling;

/// <param name="Number">Of all these leases; later ones have greater numbers.</param>
internal sealed record TakenLeases(List<long> ImageIds, long Number);
