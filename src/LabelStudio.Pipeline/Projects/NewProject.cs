namespace LabelStudio.Pipeline.Projects;

public sealed record NewProject(string Name, string Description = "", string Guidelines = "", bool IsSample = false);
