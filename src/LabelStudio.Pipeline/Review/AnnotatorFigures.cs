namespace LabelStudio.Pipeline.Review;

/// <summary>How one person labels in a project.</summary>
/// <param name="Labels">Labels and votes given.</param>
/// <param name="Suggested">Of those, where a suggestion was shown.</param>
/// <param name="Accepted">Of these, where it was taken.</param>
/// <param name="Checks">Hidden checks answered.</param>
/// <param name="ChecksRight">Of these, answered right.</param>
/// <param name="Rejected">Labels that a reviewer rejected or changed.</param>
/// <param name="LabelsPerHour">In the time spent on images, of which hidden tabs are no part; null: no time is known.</param>
/// <param name="Votes">Votes on images that have their label now.</param>
/// <param name="VotesWithLabel">Of these, equal to the label.</param>
public sealed record AnnotatorFigures(
    Guid UserId,
    string UserName,
    int Labels,
    int Suggested,
    int Accepted,
    int Checks,
    int ChecksRight,
    int Rejected,
    double? LabelsPerHour,
    int Votes,
    int VotesWithLabel)
{
    /// <summary>How often others came to the same: share of the votes equal to the label the image got.</summary>
    public double? Agreement => Votes == 0 ? null : (double)VotesWithLabel / Votes;

    public double? AcceptRate => Suggested == 0 ? null : (double)Accepted / Suggested;

    public double? CheckAccuracy => Checks == 0 ? null : (double)ChecksRight / Checks;
}
