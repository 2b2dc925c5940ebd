namespace LabelStudio.Pipeline.Labelling;

/// <summary>A hidden check, for those who may know it.</summary>
/// <param name="Answers">People who were asked.</param>
/// <param name="Right">Of these, who gave the class it has.</param>
public sealed record KnownImageInfo(long ImageId, string Sha256, string FileName, Guid ClassId, int Answers, int Right);
