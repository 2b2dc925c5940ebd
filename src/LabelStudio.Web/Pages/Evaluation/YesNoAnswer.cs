namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Test images by what they show and what the model says of one class.</summary>
/// <param name="IsShown">They have the class, alone or with others.</param>
/// <param name="IsCalled">The model says so.</param>
public sealed record YesNoAnswer(Guid ClassId, string Name, bool IsShown, bool IsCalled)
{
    public string Title => (IsShown, IsCalled) switch
    {
        (true, true) => $"{Name}, and found",
        (true, false) => $"{Name}, but missed",
        (false, true) => $"No {Name}, but called so",
        _ => $"No {Name}, and not called so",
    };
}
