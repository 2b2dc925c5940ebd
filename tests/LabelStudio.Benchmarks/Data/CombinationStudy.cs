using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Data;

/// <summary>
/// A project whose images show several classes, drawn anew for each seed: which combinations have many images, which have a
/// few, and which occur in the test alone. Two classes never stand alone.
/// </summary>
internal sealed class CombinationStudy
{
    private const int Pairs = 18, Triples = 7, CommonImages = 40, HeldOut = 8;
    private readonly CompositePictures _pictures;
    private readonly int[][] _labels;
    private readonly Dictionary<string, int[][]> _parts;
    private readonly int _classes, _rareImages;
    private readonly CancellationToken _stop;

    public CombinationStudy(CompositePictures pictures, int rareImages, int seed, CancellationToken stop)
    {
        (_pictures, _classes, _rareImages, _stop) = (pictures, pictures.ClassNames.Count, rareImages, stop);
        var random = new Random(seed);
        int[][] pairs = [.. Sets(_classes).Where(set => set.Length == 2)], triples = [.. Sets(_classes).Where(set => set.Length == 3)];
        random.Shuffle(pairs);
        random.Shuffle(triples);
        int[] alone = [.. Enumerable.Range(0, _classes)];
        random.Shuffle(alone);
        _parts = new()
        {
            ["alone"] = [[], .. alone[2..].Select(index => (int[])[index])],
            // A class without images alone must occur at all.
            ["common"] = [.. pairs.OrderByDescending(set => set.Intersect(alone[..2]).Count() == 1).Take(6), .. triples[..2]],
            ["rare"] = [.. pairs.OrderByDescending(set => set.Intersect(alone[..2]).Count() == 1).Skip(6).Take(8), .. triples[2..5]],
            ["absent"] = [.. pairs.OrderByDescending(set => set.Intersect(alone[..2]).Count() == 1).Skip(14).Take(Pairs - 14), .. triples[5..Triples]],
        };
        _labels = [.. Enumerable.Range(0, _classes).Select(index => (int[])[index]), .. _parts.Values.SelectMany(sets => sets).Where(set => set.Length != 1)];
    }

    public IEnumerable<string> Parts => _parts.Keys;

    /// <summary>All sets of up to two of so many classes, and some of three.</summary>
    public static IEnumerable<int[]> Sets(int classes)
    {
        int[][] upToThree = [.. Enumerable.Range(0, 1 << classes).Select(bits => (int[])[.. Enumerable.Range(0, classes).Where(index => (bits >> index & 1) == 1)]).Where(set => set.Length <= 3)];
        return upToThree.Where((set, place) => set.Length < 3 || place % 5 == 0);
    }

    /// <summary>Learns the labels that the project has, each with a row of its own or combinations with shared ones.</summary>
    public CombinationScores Learn(TrainingPlan plan, bool sharesRows) => Learn(plan, _labels, sharesRows);

    /// <summary>Over all sets of classes shared rows are independent logistic classifiers.</summary>
    public CombinationScores LearnIndependently(TrainingPlan plan) =>
        Learn(plan, [.. Enumerable.Range(0, _classes).Select(index => (int[])[index]), .. Enumerable.Range(0, 1 << _classes).Select(bits => (int[])[.. Enumerable.Range(0, _classes).Where(index => (bits >> index & 1) == 1)]).Where(set => set.Length != 1)], sharesRows: true);

    /// <summary>
    /// A class joins later, alone and with others: all images are shown then. Against a training on everything at once.
    /// </summary>
    public CombinationGrowth Grow(TrainingPlan plan)
    {
        var added = _classes - 1;
        int[][] old = [.. _labels.Where(set => !set.Contains(added))], all = [.. old, .. _labels.Where(set => set.Contains(added))];
        var (ids, combined) = Rows(all, sharesRows: true);
        var (oldIds, oldCombined) = Rows(old, sharesRows: true);
        var (train, validation, test) = Sets(all);
        EmbeddingSet Known(EmbeddingSet set) => set.Only([.. Enumerable.Range(0, set.Count).Where(row => set.Targets[row] < old.Length)]);
        var before = Train(plan, LinearHead.Zero(oldIds, train.EmbeddingSize), Known(train), Known(validation), oldCombined, oldClasses: 0);
        var grown = StartSums.Of(train, ids, StartSums.Of(Known(train), oldIds, kept: null).Whole).Grow(before, ids, plan.Seed, combined);
        var after = Train(plan, grown, train, validation, combined, old.Length);
        var joint = Train(plan, LinearHead.Zero(ids, train.EmbeddingSize), train, validation, combined, oldClasses: 0);
        return new CombinationGrowth(
            Enumerable.Range(0, old.Length).Count(label => !grown.Row(label).SequenceEqual(before.Row(label)) || grown.Bias[label] != before.Bias[label]),
            Old(before, Known(test)), Old(grown, test), Old(after, test), Old(joint, test), New(grown), New(after), New(joint));

        double Old(LinearHead head, EmbeddingSet images) => Score(head, images).ExactMatch(label => label < old.Length);

        double New(LinearHead head) => Score(head, test).ExactMatch(label => label >= old.Length);

        CombinationScores Score(LinearHead head, EmbeddingSet images) => ScoresOf(head, images, all[..head.Classes.Count]);
    }

    private CombinationScores Learn(TrainingPlan plan, int[][] labels, bool sharesRows)
    {
        var (ids, combined) = Rows(labels, sharesRows);
        var (train, validation, test) = Sets(labels);
        return ScoresOf(Train(plan, LinearHead.Zero(ids, train.EmbeddingSize), train, validation, combined, oldClasses: 0), test, labels);
    }

    private static (ClassIndexMap Ids, CombinedRows? Combined) Rows(int[][] labels, bool sharesRows)
    {
        var ids = ClassIndexMap.Of(labels.Select(set => new Guid(set.Length, 0, 0, [.. set.Select(index => (byte)(index + 1)), .. new byte[8 - set.Length]])));
        return (ids, sharesRows
            ? CombinedRows.Of(ids, id => labels[ids.IndexOf(id)] is { Length: not 1 } set ? [.. set.Select(index => ids[Array.FindIndex(labels, other => other is [var only] && only == index)])] : null)
            : null);
    }

    private (EmbeddingSet Train, EmbeddingSet Validation, EmbeddingSet Test) Sets(int[][] labels) =>
        (Gather(labels, isTest: false, TrainRows), Gather(labels, isTest: false, ValidationRows), Gather(labels, isTest: true, (_, count) => Enumerable.Range(0, count)));

    private LinearHead Train(TrainingPlan plan, LinearHead start, EmbeddingSet train, EmbeddingSet validation, CombinedRows? combined, int oldClasses) =>
        HeadTrainer.Run(plan, start, train, validation, ComputeDevice.Detect(), _ => { }, TimeProvider.System, _stop, oldClasses: oldClasses, combined: combined).Best;

    private CombinationScores ScoresOf(LinearHead head, EmbeddingSet test, int[][] labels)
    {
        var probabilities = new float[test.Count * labels.Length];
        head.Logits(test.Embeddings, test.Count, probabilities);
        TemperatureScaling.Softmax(probabilities, labels.Length, test.Count, 1);
        return new CombinationScores(labels, _classes, test.Targets, probabilities, part => _parts[part].Select(set => Array.FindIndex(labels, set.SequenceEqual)).ToHashSet());
    }

    private IEnumerable<int> TrainRows(string part, int count) => Enumerable.Range(0, part switch { "absent" => 0, "rare" => _rareImages, _ => CommonImages });

    /// <summary>A tenth of the images are held out.</summary>
    private IEnumerable<int> ValidationRows(string part, int count) => Enumerable.Range(CommonImages, part switch { "absent" => 0, "rare" => 1, _ => HeldOut });

    private EmbeddingSet Gather(int[][] labels, bool isTest, Func<string, int, IEnumerable<int>> rowsOf)
    {
        var sets = _parts.SelectMany(part => part.Value.Select(set =>
        {
            var pictures = _pictures.Of(set, isTest);
            return (Target: Array.FindIndex(labels, set.SequenceEqual), Pictures: pictures.Only([.. rowsOf(part.Key, pictures.Count)]));
        })).ToList();
        return new EmbeddingSet(
            sets.Sum(item => item.Pictures.Count), sets[0].Pictures.EmbeddingSize, [.. sets.SelectMany(item => item.Pictures.Embeddings)], [.. sets.SelectMany(item => Enumerable.Repeat(item.Target, item.Pictures.Count))]);
    }
}
