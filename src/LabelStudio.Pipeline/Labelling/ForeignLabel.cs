namespace LabelStudio.Pipeline.Labelling;

/// <summary>A label that another program gave.</summary>
/// <param name="Sha256">Hash of the picture's file, lower-case hexadecimal.</param>
/// <param name="ClassId">The class of this project that it is.</param>
public sealed record ForeignLabel(string Sha256, Guid ClassId);
