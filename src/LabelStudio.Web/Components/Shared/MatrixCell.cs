namespace LabelStudio.Web.Components.Shared;

/// <summary>A cell of a confusion matrix, by class index.</summary>
public readonly record struct MatrixCell(int True, int Predicted)
{
    public bool IsRight => True == Predicted;
}
