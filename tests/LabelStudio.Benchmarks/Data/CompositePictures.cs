using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Data;

/// <summary>
/// Embeddings of pictures that show several things: two side by side, or three or four in a square, each squeezed as a picture
/// of them all would be. Things of no class fill the places that the label leaves.
/// </summary>
internal sealed class CompositePictures
{
    private const int BatchSize = 16;
    private readonly Dictionary<string, EmbeddingSet> _sets;

    private CompositePictures(IReadOnlyList<string> classNames, Dictionary<string, EmbeddingSet> sets) => (ClassNames, _sets) = (classNames, sets);

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The pictures of a set of classes; their targets say nothing.</summary>
    public EmbeddingSet Of(int[] classes, bool isTest) => _sets[Key(classes, isTest)];

    /// <summary>Of ten class folders the second and the seventh show things of no class.</summary>
    public static CompositePictures Make(
        LabelledFolder train, LabelledFolder test, Func<int, IEnumerable<int[]>> labelsOf, int trainEach, int testEach, int seed, Backbone backbone, TextWriter log, CancellationToken stop)
    {
        int[] classes = [.. Enumerable.Range(0, train.ClassNames.Count).Where(index => index % 5 != 1)];
        var random = new Random(seed);
        var sets = new Dictionary<string, EmbeddingSet>();
        foreach (var label in labelsOf(classes.Length))
        {
            stop.ThrowIfCancellationRequested();
            foreach (var (folder, count, isTest) in ((LabelledFolder, int, bool)[])[(train, trainEach, false), (test, testEach, true)])
            {
                var files = Enumerable.Range(0, count).Select(_ => Things(folder, [.. label.Select(index => classes[index])], random)).ToArray();
                sets.Add(Key(label, isTest), Embed(files, backbone));
            }

            log.WriteLine($"embedded {sets.Count / 2} labels");
        }

        return new CompositePictures([.. classes.Select(index => train.ClassNames[index])], sets);
    }

    private static string Key(int[] classes, bool isTest) => $"{string.Join('+', classes)} {isTest}";

    /// <summary>A file for each place, in random order.</summary>
    private static string[] Things(LabelledFolder folder, int[] classes, Random random)
    {
        var kinds = classes.Select(index => (int?)index).Concat(Enumerable.Repeat<int?>(null, (classes.Length <= 2 ? 2 : 4) - classes.Length)).ToArray();
        random.Shuffle(kinds);
        return [.. kinds.Select(kind =>
        {
            string[] files = [.. folder.Files.Where((_, index) => kind is { } wanted ? folder.Targets[index] == wanted : folder.Targets[index] % 5 == 1)];
            return files[random.Next(files.Length)];
        })];
    }

    private static EmbeddingSet Embed(string[][] things, Backbone backbone)
    {
        var (size, preprocessing) = (backbone.Embedder.EmbeddingSize, new ImagePreprocessing(backbone.SidePx));
        var (embeddings, pixels) = (new float[things.Length * size], new float[BatchSize * preprocessing.Length]);
        for (var start = 0; start < things.Length; start += BatchSize)
        {
            var count = Math.Min(BatchSize, things.Length - start);
            Parallel.For(0, count, index => Draw(things[start + index], preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length)));
            backbone.Embedder.Embed(pixels.AsMemory(0, count * preprocessing.Length), count, embeddings.AsSpan(start * size, count * size));
        }

        return new EmbeddingSet(things.Length, size, embeddings, new int[things.Length]);
    }

    private static void Draw(string[] files, ImagePreprocessing preprocessing, Span<float> pixels)
    {
        var (side, half, thing) = (preprocessing.SidePx, preprocessing.SidePx / 2, new float[preprocessing.Length]);
        var tall = files.Length == 2 ? 1 : 2;
        foreach (var (place, file) in files.Index())
        {
            ImageDecoder.DecodeInto(file, preprocessing, thing);
            for (var channel = 0; channel < ImagePreprocessing.Channels; channel++)
            {
                for (var y = 0; y < side / tall; y++)
                {
                    for (var x = 0; x < half; x++)
                    {
                        var from = (((channel * side) + (y * tall)) * side) + (x * 2);
                        var mean = tall == 1 ? (thing[from] + thing[from + 1]) / 2 : (thing[from] + thing[from + 1] + thing[from + side] + thing[from + side + 1]) / 4;
                        pixels[(((channel * side) + (place / 2 * half) + y) * side) + (place % 2 * half) + x] = mean;
                    }
                }
            }
        }
    }
}
