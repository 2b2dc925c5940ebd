namespace LabelStudio.Pipeline.Storage;

/// <summary>Brings the database to this version's schema before anything else uses it.</summary>
public sealed class DatabaseStartup
{
    public Task MigrateAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
