namespace LabelStudio.Pipeline.Evaluation;

/// <summary>How much of one class a model forgot: against the best of the models it goes back to, on the test images of both.</summary>
/// <param name="BestModelId">The model before that was best in the class.</param>
/// <param name="BestRecall">Its accuracy in the class.</param>
/// <param name="Recall">That of the model itself on the same images.</param>
/// <param name="Support">How many images these are.</param>
public sealed record ClassForgetting(Guid ClassId, Guid BestModelId, double BestRecall, double Recall, int Support)
{
    /// <summary>What was forgotten (above 0) or gained (below 0), as a share.</summary>
    public double Forgetting => BestRecall - Recall;
}
