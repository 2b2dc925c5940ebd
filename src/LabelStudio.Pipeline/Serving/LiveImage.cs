using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Serving;

/// <summary>What the live head has to know of an image's row.</summary>
internal sealed record LiveImage(long Id, string Sha256, Split Split, ImageState State, Guid? ClassId);
