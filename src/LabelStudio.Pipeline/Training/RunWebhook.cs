namespace LabelStudio.Pipeline.Training;

/// <summary>Whom a project tells when one of its training runs ends.</summary>
public sealed class RunWebhook
{
    public const int LongestUrl = 2000;
    public const int LongestSecret = 200;

    public required Guid ProjectId { get; init; }

    public required string Url { get; set; }

    /// <summary>Signs what is sent; null: nothing is signed.</summary>
    public string? Secret { get; set; }

    /// <summary>The program's own address as whoever set this up reached it, with which links begin.</summary>
    public required string StudioAddress { get; set; }

    /// <summary>Runs that ended before this moment are not told.</summary>
    public required DateTime SinceUtc { get; init; }
}
