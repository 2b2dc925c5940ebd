namespace LabelStudio.Pipeline.Projects;

/// <summary>What a person may do; each role includes those before it.</summary>
public enum StudioRole
{
    /// <summary>No right of its own: only what a project's membership gives.</summary>
    Guest,
    Viewer,
    Annotator,
    MlLead,
    Administrator,
}
