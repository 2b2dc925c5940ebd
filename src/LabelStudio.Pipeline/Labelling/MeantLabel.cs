using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>What an import says of an image's classes, held against those of the project.</summary>
/// <param name="Known">Classes in use that it means, in their order.</param>
/// <param name="NewNames">Names that no class has, each once.</param>
internal sealed record MeantLabel(IReadOnlyList<Guid> Known, IReadOnlyList<string> NewNames)
{
    private static readonly MeantLabel Nothing = new([], []);

    /// <summary>A class that it means and that is archived: nothing can be given; null: none is.</summary>
    public ClassDefinition? Archived { get; private init; }

    /// <summary>Why nothing can be given, as a sentence for the person; null: it can.</summary>
    public string? Problem { get; private init; }

    /// <summary>Equal for labels of the same classes.</summary>
    public string Key { get; } = string.Join('\n', Known.Select(id => id.ToString()).Concat(NewNames.Select(ClassRules.Normalized).Order(StringComparer.Ordinal)));

    public static MeantLabel With(ClassDefinition archived) => Nothing with { Archived = archived };

    public static MeantLabel With(string problem) => Nothing with { Problem = problem };

    /// <summary>In a project whose images have one class each.</summary>
    public static MeantLabel NotOne(ImportLabel label) => With(label.ClassIds.Count + label.ClassNames.Count == 0
        ? "It says that the image shows no class, and in this project each labelled image has one. Name a class, or have the project's settings take several classes per image."
        : $"It names several classes{Told(label.ClassNames)}, and in this project an image has one. Name one, or have the project's settings take several classes per image.");

    private static string Told(IReadOnlyList<string> names) => names.Count == 0 ? "" : $" ({string.Join(", ", names.Select(name => $"'{name}'"))})";
}
