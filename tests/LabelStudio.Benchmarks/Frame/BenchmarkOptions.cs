using System.Globalization;

namespace LabelStudio.Benchmarks.Frame;

/// <summary>The options given to a case.</summary>
internal sealed class BenchmarkOptions
{
    private readonly Dictionary<string, string> _values;

    private BenchmarkOptions(Dictionary<string, string> values) => _values = values;

    /// <summary>Reads <c>--name value</c> pairs.</summary>
    /// <exception cref="BenchmarkUsageException">An option is unknown, given twice or lacks its value.</exception>
    public static BenchmarkOptions Parse(IBenchmarkCase benchmark, IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var name = arguments[index].StartsWith("--", StringComparison.Ordinal) ? arguments[index][2..] : null;
            if (name is null || benchmark.Options.All(option => option.Name != name))
            {
                throw new BenchmarkUsageException($"Case '{benchmark.Name}' knows no option '{arguments[index]}'. It knows: {Known(benchmark)}.");
            }

            if (index + 1 == arguments.Count)
            {
                throw new BenchmarkUsageException($"Option '--{name}' lacks its value.");
            }

            if (!values.TryAdd(name, arguments[index + 1]))
            {
                throw new BenchmarkUsageException($"Option '--{name}' is given twice.");
            }
        }

        return new BenchmarkOptions(values);
    }

    /// <summary>An option's text, or null when it was not given.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>A whole number of at least <paramref name="least"/>, or the default.</summary>
    /// <exception cref="BenchmarkUsageException">It is no such number.</exception>
    public int Number(string name, int otherwise, int least = 1)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new BenchmarkUsageException($"Option '--{name}' must be a whole number of {least} or more, not '{text}'.");
    }

    /// <summary>A folder that exists, or null when it was not given.</summary>
    /// <exception cref="BenchmarkUsageException">There is no such folder.</exception>
    public string? Folder(string name) => Text(name) is not { } text || Directory.Exists(text)
        ? Text(name)
        : throw new BenchmarkUsageException($"There is no folder '{text}' (option '--{name}').");

    /// <summary>A folder that must be given and exist.</summary>
    /// <exception cref="BenchmarkUsageException">It was not given or does not exist.</exception>
    public string RequiredFolder(string name) => Folder(name) ?? throw new BenchmarkUsageException($"Option '--{name} DIR' is missing.");

    private static string Known(IBenchmarkCase benchmark) => benchmark.Options.Count == 0
        ? "none"
        : string.Join(", ", benchmark.Options.Select(option => $"--{option.Name} {option.Value}"));
}
