namespace LabelStudio.Pipeline.Projects;

/// <summary>What a token may be used for; the rights of its owner hold on top.</summary>
[Flags]
public enum AccessScopes
{
    None = 0,
    Predict = 1,
    Label = 2,
    Train = 4,
    Worker = 8,
    Promote = 16,
}
