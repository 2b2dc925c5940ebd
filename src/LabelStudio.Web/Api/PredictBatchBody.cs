namespace LabelStudio.Web.Api;

/// <summary>Several pictures in one call.</summary>
/// <param name="Images">1 to 64 pictures.</param>
public sealed record PredictBatchBody(IReadOnlyList<PredictImageBody> Images);
