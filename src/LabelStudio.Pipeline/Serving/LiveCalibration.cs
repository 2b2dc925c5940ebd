using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// Finds the temperature of a live head on labels it has not learned from: the validation labels, or while these are few,
/// two heads that learn from one half of the labels each and answer about the other half.
/// </summary>
internal sealed class LiveCalibration(EmbeddingStore store)
{
    private const int EnoughValidation = 20;
    private const int FewestLabels = 8;
    private const int MostLabelsInHalves = 400;
    private int _fittedAt;
    private double? _temperature;

    /// <summary>The solution with the temperature known so far.</summary>
    public LdaSolution Apply(LdaSolution solution) =>
        // The nearest-mean fallback brings its own.
        _temperature is { } known && solution.Shrinkage < 1 ? solution.WithTemperature(known) : solution;

    /// <summary>Fits on the validation labels when there are enough.</summary>
    public LdaSolution FitOnValidation(LdaSolution solution, float[] logits, int[] targets)
    {
        if (targets.Length >= EnoughValidation && solution.Shrinkage < 1)
        {
            _temperature = TemperatureScaling.FitCautiously(logits, solution.Classes.Count, targets);
        }
        return Apply(solution);
    }

    /// <summary>True when the halves should be asked: few validation labels, and noticeably more labels than last time.</summary>
    public bool WantsHalves(int labels, int validationLabels) =>
        validationLabels < EnoughValidation && labels is >= FewestLabels and <= MostLabelsInHalves
        && (labels >= _fittedAt + Math.Max(4, _fittedAt / 5) || labels < _fittedAt / 2);

    /// <summary>Fits on what two heads, each taught one half, say about the other half. Gives up when something more urgent waits.</summary>
    public void FitOnHalves(IReadOnlyList<(long ImageId, Guid ClassId, string Sha256)> labels, Func<bool> mustYield)
    {
        // Alternating within each class, so that both halves know every class that has two images.
        var numbered = labels.OrderBy(label => label.ClassId).ThenBy(label => label.ImageId).Index().ToLookup(item => item.Index % 2, item => item.Item);
        var first = Teach(numbered[0]);
        if (mustYield())
        {
            return;
        }
        var second = Teach(numbered[1]);
        _fittedAt = labels.Count;
        if (first is null || second is null)
        {
            return;
        }
        var shared = first.Classes.ClassIds.Intersect(second.Classes.ClassIds).ToArray();
        if (shared.Length < 2)
        {
            return;
        }
        var (logits, targets) = (new List<float>(), new List<int>());
        Ask(first, numbered[1], shared, logits, targets);
        Ask(second, numbered[0], shared, logits, targets);
        _temperature = TemperatureScaling.FitCautiously(logits.ToArray(), shared.Length, targets.ToArray());
    }

    private LdaSolution? Teach(IEnumerable<(long ImageId, Guid ClassId, string Sha256)> labels)
    {
        var half = new LearnedLabels(store);
        half.AddRange([.. labels]);
        return half.Sums.Solve() is { Shrinkage: < 1 } solution ? solution : null;
    }

    private void Ask(
        LdaSolution solution,
        IEnumerable<(long ImageId, Guid ClassId, string Sha256)> labels,
        Guid[] shared,
        List<float> logits,
        List<int> targets)
    {
        var row = new float[solution.Classes.Count];
        foreach (var (_, classId, sha256) in labels)
        {
            var target = Array.IndexOf(shared, classId);
            if (target >= 0 && store.TryGet(sha256, out var embedding))
            {
                solution.Logits(embedding.Span, 1, row);
                logits.AddRange(shared.Select(item => row[solution.Classes.IndexOf(item)]));
                targets.Add(target);
            }
        }
    }
}
