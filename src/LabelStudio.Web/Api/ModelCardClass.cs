namespace LabelStudio.Web.Api;

/// <summary>A class on a model card; figures are shares of 1 on test images, null where there were none.</summary>
public sealed record ModelCardClass(Guid Id, string Name, int Index, bool IsNew, int TestImages, double? Precision, double? Recall, double? F1);
