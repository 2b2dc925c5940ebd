namespace LabelStudio.Pipeline.Intake;

public enum ImportOutcome
{
    Added,
    Duplicate,
    Refused,
}
