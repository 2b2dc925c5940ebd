using LabelStudio.Learning.Heads;

namespace LabelStudio.Pipeline.Serving;

/// <summary>Whom a project asks for suggestions. Immutable.</summary>
/// <param name="Promoted">The promoted model; null: it is not asked, or has nothing to say.</param>
/// <param name="Live">The live head; null: it cannot tell two classes yet.</param>
internal sealed record Advisers(Adviser? Promoted, Adviser? Live)
{
    /// <summary>All classes that one of them can tell; the promoted model's first.</summary>
    public ClassIndexMap Classes { get; } =
        (Promoted?.Classifier.Classes ?? ClassIndexMap.Empty).Append(Live?.Classifier.Classes.ClassIds ?? []);

    public bool CanAdvise => Promoted is not null || Live is not null;

    /// <summary>Whether one of them can say something of an image.</summary>
    public bool HaveRead(string sha256) => Promoted?.Store.Contains(sha256) == true || Live?.Store.Contains(sha256) == true;
}
