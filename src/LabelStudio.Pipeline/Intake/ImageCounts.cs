namespace LabelStudio.Pipeline.Intake;

public sealed record ImageCounts(int Total, int Unlabelled, int Labelled, int Discarded, int Flagged);
