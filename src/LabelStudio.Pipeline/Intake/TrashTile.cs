namespace LabelStudio.Pipeline.Intake;

/// <summary>An image in the trash, to look at before it is restored or deleted.</summary>
/// <param name="TrashedBy">Name of who put it there; null: the person is gone.</param>
public sealed record TrashTile(
    long ImageId, string Sha256, string FileName, ImageState State, Guid? LabelClassId, DateTime TrashedUtc, string? TrashedBy);
