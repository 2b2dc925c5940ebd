using LabelStudio.Learning.Heads;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Trains the rows that a head has grown against all its other rows, which stand still: by cross-entropy over all logits on
/// embeddings drawn from the closed form, as many of each class. No image is needed for it.
/// </summary>
/// <remarks>
/// The rows from the ridge regression say where a new class lies, but not how loudly it may speak: on clothing, 6 + 2 + 2
/// classes on a fine-tuned backbone, they reached 0.83 of the test images without an old image and 0.79 with all of them, as
/// later classes took over images of earlier ones; trained so, 0.86 either way. Images of the new classes at hand are left
/// out: there are about as few of them as an embedding has numbers, the rows would know them by heart (0.83 again).
/// </remarks>
internal static class NewRowTraining
{
    private const int Steps = 100;
    private const double LearningRate = 3e-3;

    /// <summary>More draws of a class changed nothing; the more classes there are, the fewer do of each.</summary>
    private const int MostOfAClass = 300, LeastOfAClass = 20, Draws = 6000;

    /// <param name="grown">The head with its first new rows.</param>
    /// <param name="oldClasses">How many of its first rows stand still.</param>
    /// <param name="sums">The closed form of all classes; a new class that it does not know keeps its row too.</param>
    /// <param name="seed">Of the draws.</param>
    internal static LinearHead Run(LinearHead grown, int oldClasses, ClosedFormSums sums, int seed)
    {
        var known = sums.CountsByClass;
        int[] trained = [.. Enumerable.Range(oldClasses, grown.Classes.Count - oldClasses).Where(index => known.ContainsKey(grown.Classes[index]))];
        Guid[] classIds = [.. grown.Classes.ClassIds.Where(known.ContainsKey)];
        if (trained.Length == 0)
        {
            return grown;
        }
        var (each, size) = (Math.Clamp(Draws / classIds.Length, LeastOfAClass, MostOfAClass), grown.EmbeddingSize);
        var drawn = DrawnEmbeddings.Of(sums, classIds, each, seed);
        using var scope = NewDisposeScope();
        var embedding = tensor(drawn, [classIds.Length * each, size]); // [N, D]
        // To the new rows all others together are one rival: only the sum of their exponentials matters, and that never changes.
        var expected = tensor(classIds.SelectMany(id => Enumerable.Repeat((long)Array.IndexOf(trained, grown.Classes.IndexOf(id)) + 1, each)).ToArray()); // [N]
        var others = Others(grown, trained, embedding); // [N, 1]
        using var weight = new Parameter(tensor(trained.SelectMany(index => grown.Row(index).ToArray()).ToArray(), [trained.Length, size]));
        using var bias = new Parameter(tensor(trained.Select(index => grown.Bias[index]).ToArray()));
        using var optimizer = new AdamW([weight, bias], weightDecay: 0);
        for (var step = 0; step < Steps; step++)
        {
            using var ofStep = NewDisposeScope();
            var logits = cat([others, nn.functional.linear(embedding, weight, bias)], 1); // [N, 1 + new]
            nn.functional.cross_entropy(logits, expected).backward();
            optimizer.Step(LearningRate * (1 - ((double)step / Steps)));
        }
        return With(grown, trained, weight.data<float>().ToArray(), bias.data<float>().ToArray());
    }

    private static Tensor Others(LinearHead head, int[] trained, Tensor embedding)
    {
        using var noGradient = no_grad();
        int[] others = [.. Enumerable.Range(0, head.Classes.Count).Except(trained)];
        if (others.Length == 0)
        {
            return full([embedding.shape[0], 1], double.NegativeInfinity);
        }
        var weight = tensor(others.SelectMany(index => head.Row(index).ToArray()).ToArray(), [others.Length, head.EmbeddingSize]);
        return nn.functional.linear(embedding, weight, tensor(others.Select(index => head.Bias[index]).ToArray())).logsumexp(1, keepdim: true);
    }

    private static LinearHead With(LinearHead head, int[] rows, float[] weight, float[] bias)
    {
        float[] allWeight = [.. head.Weight], allBias = [.. head.Bias];
        foreach (var (place, row) in rows.Index())
        {
            weight.AsSpan(place * head.EmbeddingSize, head.EmbeddingSize).CopyTo(allWeight.AsSpan(row * head.EmbeddingSize));
            allBias[row] = bias[place];
        }
        return new LinearHead(head.Classes, head.EmbeddingSize, allWeight, allBias);
    }
}
