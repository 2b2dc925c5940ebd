namespace LabelStudio.Pipeline.Training;

/// <summary>A trainer that this server has heard of.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Place">The machine and the device on it.</param>
/// <param name="RunId">The run it holds; null: none.</param>
/// <param name="HeardUtc">When it asked or reported last.</param>
public sealed record TrainerInfo(string Worker, string Device, string Place, Guid? RunId, DateTime HeardUtc);
