namespace LabelStudio.Web.Api;

/// <summary>What one model version says about several pictures.</summary>
/// <param name="ModelVersionId">The model version that answered for all of them.</param>
/// <param name="Model">As people call it, such as "Model 3".</param>
/// <param name="Results">One for each picture, in the order they were sent.</param>
public sealed record PredictBatchAnswer(Guid ModelVersionId, string Model, IReadOnlyList<PredictedImage> Results);
