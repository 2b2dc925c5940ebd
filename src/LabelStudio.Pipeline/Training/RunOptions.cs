namespace LabelStudio.Pipeline.Training;

/// <summary>What a trainer brings along.</summary>
/// <param name="WorkFolder">A folder of the run's own, deleted afterwards.</param>
/// <param name="PretrainedWeights">The pretrained backbone's weight file.</param>
/// <param name="OpenEmbedder">Opens a backbone.</param>
public sealed record RunOptions(string WorkFolder, string PretrainedWeights, RunEmbedder OpenEmbedder);
