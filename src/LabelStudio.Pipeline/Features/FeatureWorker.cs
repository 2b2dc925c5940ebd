namespace LabelStudio.Pipeline.Features;

/// <summary>Computes missing embeddings in the background.</summary>
public sealed class FeatureWorker
{
    /// <summary>How far the embeddings of a project are.</summary>
    public FeatureProgress Progress(Guid projectId) => throw new NotImplementedException();
}
