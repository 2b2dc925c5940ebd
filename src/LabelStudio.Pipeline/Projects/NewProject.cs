namespace LabelStudio.Pipeline.Projects;

public sealed record NewProject(string Name, string Description = "", string Guidelines = "", bool IsSample = false)
{
    /// <summary>An image may have several classes at once, or none of them.</summary>
    public bool TakesSeveralClasses { get; init; }
}
