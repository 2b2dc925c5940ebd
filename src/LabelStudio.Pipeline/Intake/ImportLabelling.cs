namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Labels an image that comes in with classes, inside the work that stores it. The labelling stage gives it to the intake,
/// which knows nothing of classes.
/// </summary>
/// <param name="image">Tracked, and saved already.</param>
/// <returns>Why the image did not get the label, as a sentence for the person; null: it did.</returns>
public delegate Task<string?> ImportLabelling(
    StudioDbContext db, ImageRecord image, ImportLabel label, Guid userId, CancellationToken cancellationToken);
