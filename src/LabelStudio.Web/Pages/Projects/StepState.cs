namespace LabelStudio.Web.Pages.Projects;

public enum StepState
{
    /// <summary>Something before it has to be done first.</summary>
    Later,

    /// <summary>What to do next.</summary>
    Next,
    Done,
}
