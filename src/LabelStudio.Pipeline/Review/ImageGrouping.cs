namespace LabelStudio.Pipeline.Review;

/// <summary>What images of the grid are put together by.</summary>
public enum ImageGrouping
{
    Class,

    /// <summary>The class the live head thinks most probable.</summary>
    Suggestion,

    /// <summary>How they look: groups of a project's embeddings.</summary>
    Cluster,

    /// <summary>Sets that show the same picture.</summary>
    Duplicates,
    Annotator,
    Batch,
}
