using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Values of metadata that are looked at together.</summary>
/// <param name="Filter">Which images have them; null: those that have none, or many rare ones.</param>
internal sealed record MetadataPart(string Name, MetadataFilter? Filter);
