namespace LabelStudio.Web.Pages.Projects;

/// <summary>What a setting is called where a project is made and where it is changed.</summary>
internal static class ProjectTexts
{
    public const string SeveralClasses = "An image may have several classes";

    public const string SeveralClassesNote =
        "Off: each image has one class. On: an image has all classes that it shows, or none of them. It can be switched off again while no image has several.";
}
