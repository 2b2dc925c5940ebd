using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;
using Tensor = TorchSharp.torch.Tensor;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Rows for the classes that a head is to learn, trained from zero against its other rows, which stand still: by
/// cross-entropy over all logits on embeddings drawn from the closed form, as many of each class. No image is needed for it.
/// The rows of new combinations are sums (<see cref="CombinedRows"/>): where only combinations join, nothing is trained.
/// </summary>
/// <remarks>
/// The penalty keeps the rows about as short as those that a training leaves. Rows that a regression fits to the closed form's
/// answers say the same before the first step, but are ten to twenty times as long, and what is trained from there never gets
/// over it: on clothing, 6 + 2 + 2 classes with all old images, four seeds ended at 0.863 so and at 0.902 from these rows. With
/// a tenth of the penalty three of them ended at 0.894; three times the penalty costs a point where no training follows. Images
/// of the new classes at hand are left out: there are about as few of them as an embedding has numbers, the rows would know
/// them by heart.
/// </remarks>
internal static class NewRowTraining
{
    private const int Steps = 100;
    private const double LearningRate = 3e-3;

    /// <summary>On half the squared length of each row, in nats.</summary>
    private const double Penalty = 0.3;

    /// <summary>More draws of a class changed nothing; the more classes there are, the fewer do of each.</summary>
    private const int MostOfAClass = 300, LeastOfAClass = 20, Draws = 6000;

    /// <param name="grown">The head with rows of zeros for its new classes.</param>
    /// <param name="oldClasses">How many of its first rows stand still.</param>
    /// <param name="sums">The closed form of all classes; a new class that it does not know keeps its row too.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="combined">Which labels are combinations; null: none.</param>
    internal static LinearHead Run(LinearHead grown, int oldClasses, ClosedFormSums sums, int seed, CombinedRows? combined = null)
    {
        var known = sums.CountsByClass;
        int[] labels = [.. Enumerable.Range(0, grown.Classes.Count).Where(label => known.ContainsKey(grown.Classes[label]))];
        var shown = combined?.Shown(labels) ?? labels.ToHashSet();
        int[] trained = [.. Enumerable.Range(oldClasses, grown.Classes.Count - oldClasses).Where(label => combined?.IsCombination(label) != true && shown.Contains(label))];
        grown = combined?.WithSums(grown, oldClasses) ?? grown;
        if (trained.Length == 0)
        {
            return grown;
        }
        var size = grown.EmbeddingSize;
        var counts = Counts(labels, known, grown.Classes, combined);
        var drawn = DrawnEmbeddings.Of(sums, [.. counts.Select(item => (grown.Classes[item.Label], item.Count))], seed);
        // A combination moves with the new classes in it.
        int[] moving = [.. Enumerable.Range(0, grown.Classes.Count).Where(label => combined?.ClassesOf(label).Intersect(trained).Any() ?? trained.Contains(label))];
        using var scope = NewDisposeScope();
        var embedding = tensor(drawn, [drawn.Length / size, size]); // [N, D]
        // To the new rows all others together are one rival: only the sum of their exponentials matters, and that never changes.
        var expected = tensor(counts.SelectMany(item => Enumerable.Repeat((long)Array.IndexOf(moving, item.Label) + 1, item.Count)).ToArray()); // [N]
        var others = Others(grown, moving, embedding); // [N, 1]
        var (membership, still) = combined is null ? (null, null) : (Membership(combined, trained, moving), Still(grown, moving, embedding)); // [new, moving], [N, moving]
        using var weight = new Parameter(zeros(trained.Length, size));
        using var bias = new Parameter(zeros(trained.Length));
        using var optimizer = new AdamW([weight, bias], weightDecay: 0);
        for (var step = 0; step < Steps; step++)
        {
            using var ofStep = NewDisposeScope();
            var ofNew = nn.functional.linear(embedding, weight, bias); // [N, new]
            var logits = cat([others, membership is null ? ofNew : still! + ofNew.matmul(membership)], 1); // [N, 1 + moving]
            nn.functional.cross_entropy(logits, expected).Plus(weight.square().sum(), Penalty / 2).backward();
            optimizer.Step(LearningRate * (1 - ((double)step / Steps)));
        }
        var taught = With(grown, trained, weight.data<float>().ToArray(), bias.data<float>().ToArray());
        return combined?.WithSums(taught, oldClasses) ?? taught;
    }

    /// <summary>Embeddings to draw of each label: as many of one class as of another, of which its combinations have their share.</summary>
    private static (int Label, int Count)[] Counts(int[] labels, IReadOnlyDictionary<Guid, long> known, ClassIndexMap map, CombinedRows? combined)
    {
        var classes = combined?.Shown(labels).Count ?? labels.Length;
        var each = Math.Clamp(Draws / Math.Max(1, classes), LeastOfAClass, MostOfAClass);
        var shares = combined?.Shares(each, labels.ToDictionary(label => label, label => (int)known[map[label]]));
        return [.. labels.Select(label => (label, shares?[label] ?? each))];
    }

    /// <summary>1 where a label shows a new class, float32 [new, labels].</summary>
    private static Tensor Membership(CombinedRows combined, int[] trained, int[] labels) =>
        tensor(trained.SelectMany(index => labels.Select(label => combined.ClassesOf(label).Contains(index) ? 1f : 0f)).ToArray(), [trained.Length, labels.Length]);

    /// <summary>What stands still of labels' logits, [N, labels].</summary>
    private static Tensor Still(LinearHead head, int[] labels, Tensor embedding)
    {
        using var noGradient = no_grad();
        var weight = tensor(labels.SelectMany(label => head.Row(label).ToArray()).ToArray(), [labels.Length, head.EmbeddingSize]);
        return nn.functional.linear(embedding, weight, tensor(labels.Select(label => head.Bias[label]).ToArray()));
    }

    private static Tensor Others(LinearHead head, int[] moving, Tensor embedding)
    {
        using var noGradient = no_grad();
        int[] others = [.. Enumerable.Range(0, head.Classes.Count).Except(moving)];
        if (others.Length == 0)
        {
            return full([embedding.shape[0], 1], double.NegativeInfinity);
        }
        return Still(head, others, embedding).logsumexp(1, keepdim: true);
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
