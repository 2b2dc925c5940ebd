using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Pages.People;

/// <summary>How pages name the scopes of tokens.</summary>
public static class ScopeNames
{
    public static IReadOnlyList<(AccessScopes Scope, string Name, string Meaning)> All { get; } =
    [
        (AccessScopes.Predict, "Predict", "ask the promoted model"),
        (AccessScopes.Label, "Label", "upload images and label them"),
        (AccessScopes.Train, "Train", "launch training runs and follow them"),
        (AccessScopes.Promote, "Promote", "promote models, roll back, delete them"),
        (AccessScopes.Worker, "Worker", "run a trainer on another machine"),
    ];

    public static string Of(AccessScopes scopes) =>
        string.Join(", ", All.Where(item => scopes.HasFlag(item.Scope)).Select(item => item.Name));
}
