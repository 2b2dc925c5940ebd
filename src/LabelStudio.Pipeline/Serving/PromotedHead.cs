using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Pipeline.Serving;

/// <summary>The head of a model version: with the embeddings of its backbone, which are computed anyway, it answers at once.</summary>
/// <param name="Key">The embeddings it was trained on.</param>
/// <param name="Problem">Why the model's files cannot be used; null: all is well.</param>
internal sealed record PromotedHead(LinearHead? Head, double Temperature, EmbeddingKey? Key, string? Problem);
