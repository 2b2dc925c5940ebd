using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Components;

/// <summary>The open project, as the layout loaded it; cascades to the project's pages.</summary>
public sealed record ProjectContext(ProjectDetails Details, Func<Task> Reload)
{
    public Guid Id => Details.Id;

    public bool Allows(StudioRight right) => Details.Allows(right);
}
