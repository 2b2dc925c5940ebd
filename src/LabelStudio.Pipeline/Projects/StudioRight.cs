namespace LabelStudio.Pipeline.Projects;

/// <summary>What an action asks for.</summary>
public enum StudioRight
{
    View,
    Label,
    ManageClasses,
    Upload,
    Train,
    Promote,
    ManageProject,
    Administer,
}
