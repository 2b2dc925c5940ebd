using System.Text.Json.Serialization;
using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <summary>What a model says about a picture.</summary>
/// <param name="ModelVersionId">The model version that answered.</param>
/// <param name="Model">As people call it, such as "Model 3".</param>
/// <param name="Classes">The most probable classes, best first. Where a picture may show several classes: how probable it is that it shows each, alone or with others, so they need not sum to 1.</param>
/// <param name="Milliseconds">Time from the received picture to the answer.</param>
/// <param name="IsUnknown">The best class is less probable than the threshold: take no class. Where a picture may show several classes: none reaches its threshold, though the model does not say that there is none.</param>
/// <param name="Threshold">How probable the best class must be to be the answer, 0 to 1; 0: any. The caller's, or else the one kept with the model. Where a picture may show several classes: how probable each must be to be predicted; a class may have its own kept with the model. 0.5 where nothing is set.</param>
/// <param name="HeatMap">What speaks for the best class, if it was asked for.</param>
public sealed record PredictAnswer(
    Guid ModelVersionId, string Model, IReadOnlyList<PredictedClass> Classes, double Milliseconds, bool IsUnknown, double Threshold, HeatMap? HeatMap = null)
{
    /// <summary>Of a model whose pictures may show several classes: the most probable label, a class, a combination such as "Dog + Cat", or "No class". Else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PredictedClass? Label { get; init; }

    /// <summary>Of a model whose pictures may show several classes: those that the picture shows, each as probable as its threshold or more, best first; however many were asked for. Else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PredictedClass>? Predicted { get; init; }
}
