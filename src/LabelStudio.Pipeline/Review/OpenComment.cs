namespace LabelStudio.Pipeline.Review;

/// <summary>A comment that waits for an answer, with its image.</summary>
/// <param name="MentionsYou">The text calls the person who asks by "@name".</param>
public sealed record OpenComment(
    long Id, long ImageId, string Sha256, string FileName, string? UserName, string Text, DateTime CreatedUtc, bool MentionsYou);
