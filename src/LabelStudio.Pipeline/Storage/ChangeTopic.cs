namespace LabelStudio.Pipeline.Storage;

/// <summary>What changed in a project; pages subscribe to the kinds they show.</summary>
[Flags]
public enum ChangeTopic
{
    None = 0,
    Images = 1,
    Labels = 2,
    Classes = 4,
    Embeddings = 8,
    Suggestions = 16,
    Runs = 32,
    Models = 64,
    Project = 128,

    /// <summary>How far evaluations are.</summary>
    Evaluations = 256,
}
