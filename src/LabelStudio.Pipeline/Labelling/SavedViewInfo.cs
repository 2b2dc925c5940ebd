namespace LabelStudio.Pipeline.Labelling;

public sealed record SavedViewInfo(Guid Id, string Name, string Query, bool IsShared, bool IsMine);
