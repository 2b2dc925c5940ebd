namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>How a class is shown beside a prediction.</summary>
/// <param name="IsInUse">Images may be labelled with it now.</param>
public sealed record ClassLook(Guid Id, string Name, string Colour, bool IsInUse);
