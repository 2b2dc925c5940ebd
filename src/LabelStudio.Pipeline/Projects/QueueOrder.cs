namespace LabelStudio.Pipeline.Projects;

/// <summary>Which unlabelled image comes next. Kept by name in the database and in browsers.</summary>
public enum QueueOrder
{
    /// <summary>Smallest margin between the two best classes first, spread over different images.</summary>
    Uncertain,

    /// <summary>By content hash: as good as random, the same for all.</summary>
    Random,

    /// <summary>In the order of arrival.</summary>
    Oldest,

    /// <summary>Lowest probability of the best class first.</summary>
    LeastConfident,

    /// <summary>Highest entropy of the probabilities first.</summary>
    Entropy,

    /// <summary>One of each group of alike images in turn, whatever the model knows.</summary>
    Diverse,

    /// <summary>Seven of ten as <see cref="Uncertain"/>, three drawn at random.</summary>
    Mixed,

    /// <summary>Predicted classes with the fewest labels first, within a class the most uncertain.</summary>
    ClassBalanced,
}
