using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The label that an image had before a decision.</summary>
public sealed record LabelBefore(ImageState State, Guid? ClassId);
