namespace LabelStudio.Pipeline.Promotion;

/// <summary>A model's thresholds, and who set them when; null: nobody has.</summary>
public sealed record KeptThresholds(AnswerThresholds Thresholds, string? UserName, DateTime? AtUtc);
