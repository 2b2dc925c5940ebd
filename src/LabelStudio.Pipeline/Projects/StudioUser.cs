using Microsoft.AspNetCore.Identity;

namespace LabelStudio.Pipeline.Projects;

/// <summary>A person who signs in. The role holds in all projects; a <see cref="ProjectMember"/> row raises it in one.</summary>
public sealed class StudioUser : IdentityUser<Guid>
{
    public string DisplayName { get; set; } = "";

    public StudioRole Role { get; set; }

    public DateTime CreatedUtc { get; set; }

    public bool IsDisabled { get; set; }
}
