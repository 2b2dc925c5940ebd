using LabelStudio.Learning.Heads;

namespace LabelStudio.Benchmarks.Data;

/// <summary>Logits of a live head with a column for every class, also those it has not met.</summary>
internal static class LiveHeadScores
{
    private const float NotMet = -1e4f;

    public static void Write(LdaSolution solution, Guid[] classIds, EmbeddedImages images, Span<float> logits)
    {
        var known = new float[images.Count * solution.Classes.Count];
        solution.Logits(images.Embeddings, images.Count, known);
        var columns = classIds.Select(solution.Classes.IndexOf).ToArray();
        for (var row = 0; row < images.Count; row++)
        {
            for (var index = 0; index < columns.Length; index++)
            {
                logits[(row * columns.Length) + index] = columns[index] < 0 ? NotMet : known[(row * solution.Classes.Count) + columns[index]];
            }
        }
    }
}
