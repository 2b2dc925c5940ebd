namespace LabelStudio.Pipeline.Labelling;

/// <summary>A label that another program gave.</summary>
/// <param name="Sha256">Hash of the picture's file, lower-case hexadecimal.</param>
/// <param name="ClassIds">The classes of this project that it is; none: the picture shows none of them.</param>
public sealed record ForeignLabel(string Sha256, IReadOnlyList<Guid> ClassIds);
