using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Features;

/// <summary>Opens the embedder of a backbone; each of its calls uses the calling thread alone.</summary>
/// <param name="source">Which backbone.</param>
public delegate IEmbedder EmbedderFactory(BackboneSource source);
