namespace LabelStudio.Pipeline.Intake;

/// <summary>The class an image comes in with: a known one, or a name that is looked up and made when it is missing.</summary>
public sealed record ImportLabel(Guid? ClassId, string? ClassName)
{
    /// <summary>The program that gave it; null: it came with the file.</summary>
    public string? Source { get; init; }
}
