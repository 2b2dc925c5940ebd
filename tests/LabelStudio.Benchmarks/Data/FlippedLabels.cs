namespace LabelStudio.Benchmarks.Data;

/// <summary>Labels of which a seeded share was changed to another class, drawn evenly.</summary>
/// <param name="Given">Class index of each image after the flips.</param>
/// <param name="Flipped">The images whose label was changed.</param>
internal sealed record FlippedLabels(int[] Given, HashSet<int> Flipped)
{
    public static FlippedLabels Draw(int[] targets, int classes, int count, int seed)
    {
        var (given, random) = (targets.ToArray(), new Random(seed));
        var order = Enumerable.Range(0, targets.Length).ToArray();
        random.Shuffle(order);
        foreach (var image in order.Take(count))
        {
            given[image] = (targets[image] + 1 + random.Next(classes - 1)) % classes;
        }

        return new(given, [.. order.Take(count)]);
    }
}
