namespace LabelStudio.Pipeline.Intake;

/// <summary>A picture on the disk to be sent out.</summary>
public sealed record ImageFile(string Path, string MediaType, string FileName, string Sha256);
