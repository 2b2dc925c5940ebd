namespace LabelStudio.Pipeline.Projects;

public sealed record Person(Guid Id, string DisplayName, string Email, StudioRole Role, DateTime CreatedUtc, bool IsDisabled);
