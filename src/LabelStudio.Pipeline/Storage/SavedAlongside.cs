namespace LabelStudio.Pipeline.Storage;

/// <summary>Writes more in the same transaction, by what the work came to: both hold, or neither.</summary>
internal delegate Task SavedAlongside<in T>(StudioDbContext db, T result, CancellationToken cancellationToken);
