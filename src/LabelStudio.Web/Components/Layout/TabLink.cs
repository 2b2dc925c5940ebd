using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace LabelStudio.Web.Components.Layout;

/// <summary>A tab that is the current one below a second address, too.</summary>
public sealed class TabLink(NavigationManager navigation) : NavLink
{
    /// <summary>Relative to the program's own address; null: there is no second one.</summary>
    [Parameter]
    public string? Also { get; set; }

    protected override bool ShouldMatch(string uriAbsolute) =>
        base.ShouldMatch(uriAbsolute) || (Also is not null && navigation.ToBaseRelativePath(uriAbsolute).StartsWith(Also, StringComparison.OrdinalIgnoreCase));
}
