namespace LabelStudio.Pipeline.Projects;

public static class StudioRights
{
    /// <summary>The least role that holds the right.</summary>
    public static StudioRole LeastRole(this StudioRight right) => right switch
    {
        StudioRight.View => StudioRole.Viewer,
        StudioRight.Label => StudioRole.Annotator,
        StudioRight.ManageClasses or StudioRight.Upload or StudioRight.Train or StudioRight.Promote
            or StudioRight.ManageProject => StudioRole.MlLead,
        StudioRight.Administer => StudioRole.Administrator,
    };

    public static bool Includes(this StudioRole role, StudioRight right) => role >= right.LeastRole();
}
