namespace LabelStudio.Pipeline.Labelling;

/// <param name="Restored">Images that are back with their labels.</param>
/// <param name="Kept">Images left in the trash: the same picture was uploaded again meanwhile.</param>
public sealed record RestoredImages(int Restored, int Kept);
