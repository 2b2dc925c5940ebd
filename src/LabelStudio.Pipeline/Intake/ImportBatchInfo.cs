namespace LabelStudio.Pipeline.Intake;

public sealed record ImportBatchInfo(
    Guid Id,
    string Name,
    DateTime CreatedUtc,
    Guid CreatedBy,
    int AddedCount,
    int DuplicateCount,
    int RefusedCount);
