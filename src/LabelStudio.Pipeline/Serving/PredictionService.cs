namespace LabelStudio.Pipeline.Serving;

/// <summary>Asks a model about a picture.</summary>
public sealed class PredictionService
{
    /// <summary>Asks the promoted model. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="image">The picture file's bytes.</param>
    /// <param name="top">How many classes to return.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<PredictionResult> PredictAsync(Guid userId, Guid projectId, byte[] image, int top, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Asks one model version, promoted or not. Needs the right to view.</summary>
    public Task<PredictionResult> PredictWithAsync(Guid userId, Guid modelVersionId, byte[] image, int top, CancellationToken cancellationToken) => throw new NotImplementedException();
}
