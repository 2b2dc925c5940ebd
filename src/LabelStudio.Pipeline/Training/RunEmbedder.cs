using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Training;

/// <summary>Opens a backbone to compute embeddings that a run lacks.</summary>
/// <param name="backbone">Which network; of an extractor it says nothing.</param>
/// <param name="weightsPath">The backbone's weights, or the folder of a user's own extractor.</param>
/// <param name="sidePx">Side of the square the pictures are squeezed to.</param>
public delegate IEmbedder RunEmbedder(BackboneDescriptor backbone, string weightsPath, int sidePx);
