using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Features;

/// <summary>Opens the embedder that the program's images are embedded with.</summary>
/// <param name="threads">Threads it may use.</param>
public delegate IEmbedder EmbedderFactory(int threads);
