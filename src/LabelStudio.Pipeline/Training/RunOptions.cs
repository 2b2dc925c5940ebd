using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a trainer brings along.</summary>
/// <param name="WorkFolder">A folder of the run's own, deleted afterwards.</param>
/// <param name="Backbones">The backbones it has.</param>
/// <param name="OpenEmbedder">Opens a backbone.</param>
public sealed record RunOptions(string WorkFolder, BackboneRegistry Backbones, RunEmbedder OpenEmbedder)
{
    /// <summary>How much of the disk the features that a fine-tuning keeps may take.</summary>
    public long MostFeatureBytes { get; init; } = FeatureRoom.UsualMostBytes;
}
