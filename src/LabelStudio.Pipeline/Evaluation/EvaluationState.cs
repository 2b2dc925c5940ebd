namespace LabelStudio.Pipeline.Evaluation;

/// <summary>How far an evaluation is.</summary>
public enum EvaluationState
{
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
