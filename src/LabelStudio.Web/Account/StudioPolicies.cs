using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Authorization;

namespace LabelStudio.Web.Account;

/// <summary>One policy for each <see cref="StudioRight"/> under its name, and those that only programs need.</summary>
public static class StudioPolicies
{
    /// <summary>Ask a model: anyone who may look; a token needs the scope Predict.</summary>
    public const string Predict = "Predict";

    /// <summary>Take training work: only a token with the scope Worker.</summary>
    public const string Worker = "Worker";

    public static void Configure(AuthorizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var right in Enum.GetValues<StudioRight>())
        {
            options.AddPolicy(right.ToString(), policy => policy
                .RequireAuthenticatedUser()
                .AddRequirements(new RightRequirement(right, ScopesFor(right))));
        }

        options.AddPolicy(Predict, policy => policy
            .RequireAuthenticatedUser()
            .AddRequirements(new RightRequirement(StudioRight.View, AccessScopes.Predict)));
        options.AddPolicy(Worker, policy => policy
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.User.TokenScopes() is { } scopes && scopes.HasFlag(AccessScopes.Worker)));

        // What asks for nothing special is for people in a browser who may still sign in: no token opens it.
        options.DefaultPolicy = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .AddRequirements(new RightRequirement(StudioRight.View, AccessScopes.None))
            .Build();
        options.FallbackPolicy = options.DefaultPolicy;
    }

    /// <summary>The scopes of which a token needs one. None: no token may do it, only a person in a browser.</summary>
    private static AccessScopes ScopesFor(StudioRight right) => right switch
    {
        StudioRight.View => AccessScopes.Predict | AccessScopes.Label | AccessScopes.Train | AccessScopes.Promote,
        StudioRight.Label or StudioRight.Upload => AccessScopes.Label,
        StudioRight.Train => AccessScopes.Train,
        StudioRight.Promote => AccessScopes.Promote,
        StudioRight.ManageClasses or StudioRight.ManageProject or StudioRight.Administer => AccessScopes.None,
    };
}
