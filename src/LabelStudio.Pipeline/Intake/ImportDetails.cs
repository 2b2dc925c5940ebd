namespace LabelStudio.Pipeline.Intake;

/// <summary>What is said of an image beside its file when it comes in.</summary>
/// <param name="Label">The class; null: none.</param>
/// <param name="Given">Metadata that a table gives.</param>
/// <param name="Folder">The folder it lay in; null: none, or a table says where it came from.</param>
/// <param name="OriginalSha256">The hash of the original that the file is said to be an export of; null: nothing is said.</param>
internal sealed record ImportDetails(ImportLabel? Label, IReadOnlyDictionary<string, string> Given, string? Folder, string? OriginalSha256 = null)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>The splits that it may come into, of several the one that its content decides on; empty: any.</summary>
    public IReadOnlyList<Split> Splits { get; init; } = [];

    public static ImportDetails Of(ImportLabel? label, string path) => new(label, Nothing, UploadName.FolderPathOf(path));
}
