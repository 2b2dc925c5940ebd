namespace LabelStudio.Pipeline.Review;

/// <summary>
/// How somebody labels, told to themselves. Standing labels, agreement and hidden checks are those of the days before: counted
/// at once, they would tell of each image whether it was one of several votes, or a check.
/// </summary>
/// <param name="LabelsToday">Labels and votes given since the last midnight, UTC.</param>
/// <param name="Standing">Images whose label now is theirs, given before the last midnight, UTC.</param>
/// <param name="Rejected">Their labels that a reviewer rejected or changed.</param>
/// <param name="CheckAccuracy">Of the hidden checks, answered right; null: the project does not tell it, or too few were answered.</param>
public sealed record OwnFigures(
    int Labels, int LabelsToday, int Standing, double? LabelsPerHour, double? AcceptRate, double? Agreement, int Rejected, double? CheckAccuracy);
