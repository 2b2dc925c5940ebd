using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.LabelOrder;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// Orders of unlabelled images by what the advisers think of them. All images are scored once, whatever the number of orders.
/// </summary>
internal sealed class TeachingOrders
{
    /// <summary>So many of the least certain are spread out, so that they are not ten shots of one scene.</summary>
    private const int Spread = 100;
    private const int RandomPercent = 30;
    private const int RowsPerBlock = 256;
    private const int Seed = 1;
    private readonly List<UnlabelledImage> _items;
    private readonly float[] _margins;
    private readonly float[] _confidences = [];
    private readonly float[] _entropies = [];
    private readonly int[] _best;
    private readonly long[] _labelled;

    /// <param name="labelled">Labels given so far, by class.</param>
    /// <param name="wanted">Which orders will be asked for: the softmax is left out where none needs it.</param>
    public TeachingOrders(
        List<UnlabelledImage> items, Advisers advisers, IReadOnlyDictionary<Guid, long> labelled, IReadOnlyList<QueueOrder> wanted)
    {
        _items = items;
        _labelled = [.. advisers.Classes.ClassIds.Select(classId => labelled.GetValueOrDefault(classId))];
        (_margins, _best) = (new float[items.Count], new int[items.Count]);
        var needsProbabilities = wanted.Any(order => order is QueueOrder.LeastConfident or QueueOrder.Entropy);
        if (needsProbabilities)
        {
            (_confidences, _entropies) = (new float[items.Count], new float[items.Count]);
        }
        Score(advisers, needsProbabilities);
    }

    public IEnumerable<long> Of(QueueOrder order) => order switch
    {
        QueueOrder.LeastConfident => LeastCertain(_confidences),
        QueueOrder.Entropy => LeastCertain(_entropies),
        QueueOrder.Mixed => MixedOrders.WithRandomShare([.. LeastCertain(_margins)], RandomPercent, Seed),
        QueueOrder.ClassBalanced => Ids(MixedOrders.ClassBalanced(Rows(_margins), _best, _labelled)),
        _ => LeastCertain(_margins),
    };

    private IEnumerable<long> LeastCertain(float[] certainties) => Ids(Rows(certainties));

    private int[] Rows(float[] certainties) => LabelOrdering.MostUncertain(certainties, row => _items[row].Embedding, Spread);

    private IEnumerable<long> Ids(int[] rows) => rows.Select(row => _items[row].Id);

    private void Score(Advisers advisers, bool needsProbabilities)
    {
        var blocks = (_items.Count + RowsPerBlock - 1) / RowsPerBlock;
        Parallel.For(0, blocks, block =>
        {
            var (from, to) = (block * RowsPerBlock, Math.Min(_items.Count, (block + 1) * RowsPerBlock));
            var hearing = new Hearing(advisers);
            for (var row = from; row < to; row++)
            {
                if (hearing.Ask(_items[row].Image.Sha256, out var logits)?.Classifier is not { } classifier)
                {
                    // Nobody has read it: it comes after those of which something is known.
                    _margins[row] = float.MaxValue;
                    continue;
                }
                // Over the temperature the margins of two advisers can be compared.
                _margins[row] = Uncertainty.Margin(logits) / (float)classifier.Temperature;
                _best[row] = advisers.Classes.IndexOf(classifier.Classes[TensorPrimitives.IndexOfMax<float>(logits)]);
                if (needsProbabilities)
                {
                    TemperatureScaling.Softmax(logits, logits.Length, 1, classifier.Temperature);
                    // Certainties: what is lowest comes first.
                    _confidences[row] = -Uncertainty.LeastConfidence(logits);
                    _entropies[row] = -Uncertainty.Entropy(logits);
                }
            }
        });
    }
}
