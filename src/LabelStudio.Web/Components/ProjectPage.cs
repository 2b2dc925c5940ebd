using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Components.Layout;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Components;

/// <summary>
/// Base of every page of a project. <see cref="ProjectLayout"/> has loaded the project and drawn its tabs before the
/// page is made, so <see cref="Context"/> is always there; a person without the right to view never gets here. Most pages
/// only frame views, which read by themselves: they have nothing to read.
/// </summary>
[Layout(typeof(ProjectLayout))]
[Authorize(Policy = nameof(StudioRight.View))]
public abstract class ProjectPage : DataView
{
    [Parameter]
    public Guid ProjectId { get; set; }

    [CascadingParameter]
    public required ProjectContext Context { get; set; }

    protected override object Key => ProjectId;

    protected ProjectDetails Project => Context.Details;

    protected bool Allows(StudioRight right) => Context.Allows(right);

    protected override Task LoadAsync(Guid userId, CancellationToken cancellationToken) => Task.CompletedTask;
}
