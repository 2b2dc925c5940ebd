namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Which test images a list shows.</summary>
public enum PredictionKind
{
    Wrong,
    Unsure,
    All,
}
