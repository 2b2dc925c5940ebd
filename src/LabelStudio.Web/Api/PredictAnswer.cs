using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <summary>What a model says about a picture.</summary>
/// <param name="ModelVersionId">The model version that answered.</param>
/// <param name="Model">As people call it, such as "Model 3".</param>
/// <param name="Classes">The most probable classes, best first.</param>
/// <param name="Milliseconds">Time from the received picture to the answer.</param>
/// <param name="IsUnknown">The best class is less probable than the threshold: take no class.</param>
/// <param name="Threshold">How probable the best class must be to be the answer, 0 to 1; 0: any. The caller's, or else the one kept with the model.</param>
/// <param name="HeatMap">What speaks for the best class, if it was asked for.</param>
public sealed record PredictAnswer(
    Guid ModelVersionId, string Model, IReadOnlyList<PredictedClass> Classes, double Milliseconds, bool IsUnknown, double Threshold, HeatMap? HeatMap = null);
