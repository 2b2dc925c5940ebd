using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Serving;

/// <summary>Somebody who suggests classes.</summary>
/// <param name="Name">As people read it: "live head" or "Model 3".</param>
/// <param name="Classifier">What it answers with.</param>
/// <param name="Store">The embeddings that the classifier understands.</param>
internal sealed record Adviser(string Name, IEmbeddingClassifier Classifier, EmbeddingStore Store);
