namespace LabelStudio.Pipeline.Promotion;

/// <summary>One line of the list of model versions.</summary>
public sealed record ModelSummary(
    Guid Id,
    Guid ProjectId,
    int Number,
    Guid? ParentId,
    int? ParentNumber,
    Guid RunId,
    string RunName,
    Guid DatasetSnapshotId,
    DateTime CreatedUtc,
    int ClassCount,
    int TestCount,
    double? TestAccuracy,
    double? TestMacroF1,
    bool IsProduction,
    bool IsCandidate)
{
    /// <summary>As people call it: "Model 3".</summary>
    public string Name => ModelVersion.NameOf(Number);
}
