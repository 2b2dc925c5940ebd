namespace LabelStudio.Pipeline.Promotion;

/// <summary>Model versions of projects: which there are, which one is promoted, and how to change that.</summary>
public sealed class ModelRegistry
{
    /// <summary>The project's model versions, newest first.</summary>
    public Task<IReadOnlyList<ModelSummary>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<ModelSummary> GetAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Whether the model may replace the promoted one, and why not.</summary>
    public Task<GateDecision> GateAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes the model the one that answers. Needs the right to promote.</summary>
    /// <param name="userId">Who promotes.</param>
    /// <param name="modelVersionId">The model.</param>
    /// <param name="overrideReason">Why the gate is overruled; needed only when it speaks against the model.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task PromoteAsync(Guid userId, Guid modelVersionId, string? overrideReason, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Goes back to the model that was promoted before. Needs the right to promote.</summary>
    /// <returns>The model that answers now; null: none.</returns>
    public Task<ModelSummary?> RollBackAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The promoted model; null: none yet. Asks for no right: for services.</summary>
    public Task<ModelSummary?> ProductionAsync(Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>All promotions and roll-backs, newest first.</summary>
    public Task<IReadOnlyList<PromotionEntry>> HistoryAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Path of one of the model's files for download: model.onnx, model.safetensors or manifest.json; null for any other name or a file that is gone. Needs the right to view.</summary>
    public Task<string?> FindFileAsync(Guid userId, Guid modelVersionId, string file, CancellationToken cancellationToken) => throw new NotImplementedException();
}
