using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Account;

/// <summary>How pages name the roles, and what each may do.</summary>
public static class RoleNames
{
    public static string Of(StudioRole role) => role switch
    {
        StudioRole.Guest => "Guest",
        StudioRole.Viewer => "Viewer",
        StudioRole.Annotator => "Annotator",
        StudioRole.MlLead => "ML lead",
        StudioRole.Administrator => "Administrator",
    };

    public static string MeaningOf(StudioRole role) => role switch
    {
        StudioRole.Guest => "sees only the projects that took them in",
        StudioRole.Viewer => "looks at everything, changes nothing",
        StudioRole.Annotator => "labels images",
        StudioRole.MlLead => "uploads, manages classes, trains and promotes",
        StudioRole.Administrator => "everything, people included",
    };
}
