namespace LabelStudio.Pipeline.Projects;

/// <summary>What a person may do; each role includes those before it.</summary>
public enum StudioRole
{
    Viewer,
    Annotator,
    MlLead,
    Administrator,
}
