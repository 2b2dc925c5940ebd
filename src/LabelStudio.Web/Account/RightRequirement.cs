using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Authorization;

namespace LabelStudio.Web.Account;

/// <param name="Right">What the person must hold: in the project of the route, or everywhere where the route names none.</param>
/// <param name="TokenScopes">The scopes of which an access token needs one.</param>
public sealed record RightRequirement(StudioRight Right, AccessScopes TokenScopes) : IAuthorizationRequirement;
