using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Tests.Security;

/// <summary>Somebody or something that calls, and what it should be able to do.</summary>
/// <param name="Name">For the message of a failed test.</param>
/// <param name="Client">Signed in as it is.</param>
/// <param name="General">The role in all projects; null: nobody, or disabled.</param>
/// <param name="InProject">The role in the tested project.</param>
/// <param name="Scopes">Null: a person in a browser.</param>
internal sealed record Visitor(string Name, HttpClient Client, StudioRole? General, StudioRole? InProject, AccessScopes? Scopes = null)
{
    public bool ShouldPass(RouteRule rule)
    {
        if (rule.IsOpen)
        {
            return true;
        }

        if (rule.IsForPrograms && Scopes is null)
        {
            return false;
        }

        if (General is null || (Scopes is { } scopes && (scopes & rule.Scopes) == 0))
        {
            return false;
        }

        return (rule.Right, rule.IsOfAProject) switch
        {
            (null, _) or (StudioRight.View, false) => true,
            ({ } right, true) => InProject!.Value.Includes(right),
            ({ } right, false) => General.Value.Includes(right),
        };
    }
}
