namespace LabelStudio.Pipeline.Labelling;

public enum BulkJobState
{
    Running,
    Done,

    /// <summary>Ended early by the person; what was done before holds and can be undone.</summary>
    Cancelled,
    Failed,
}
