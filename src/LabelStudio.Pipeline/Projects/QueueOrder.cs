namespace LabelStudio.Pipeline.Projects;

/// <summary>Which unlabelled image comes next.</summary>
public enum QueueOrder
{
    Uncertain,
    Random,
    Oldest,
}
