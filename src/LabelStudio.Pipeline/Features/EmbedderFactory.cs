using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Features;

/// <summary>Opens the embedder of a backbone.</summary>
/// <param name="source">Which backbone.</param>
/// <param name="threads">Threads it may use.</param>
public delegate IEmbedder EmbedderFactory(BackboneSource source, int threads);
