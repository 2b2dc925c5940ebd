using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Api;

/// <summary>What a program sends to have a model evaluated anew.</summary>
/// <param name="ModelId">The model version.</param>
/// <param name="DatasetVersionId">On whose test images; left out: the labels of now are frozen.</param>
/// <param name="Name">A name for the evaluation.</param>
/// <param name="ComparedModelId">A model to ask about the same images; left out: the promoted one, or the parent of the promoted one.</param>
public sealed record NewEvaluationBody(Guid ModelId, Guid? DatasetVersionId = null, string? Name = null, Guid? ComparedModelId = null)
{
    internal NewEvaluation ToOrder() => new(ModelId, DatasetVersionId, Name, ComparedModelId);
}
