using LabelStudio.Pipeline.Promotion;

namespace LabelStudio.Web.Api;

/// <summary>A model version. Figures are shares of 1 on test images; null where there were none.</summary>
public sealed record ModelAnswer(
    Guid Id,
    string Name,
    int Number,
    Guid? ParentId,
    Guid RunId,
    DateTime CreatedUtc,
    int ClassCount,
    int TestCount,
    double? TestAccuracy,
    double? TestMacroF1,
    bool IsProduction,
    bool IsCandidate)
{
    public static ModelAnswer Of(ModelSummary model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(
            model.Id,
            model.Name,
            model.Number,
            model.ParentId,
            model.RunId,
            model.CreatedUtc,
            model.ClassCount,
            model.TestCount,
            model.TestAccuracy,
            model.TestMacroF1,
            model.IsProduction,
            model.IsCandidate);
    }
}
