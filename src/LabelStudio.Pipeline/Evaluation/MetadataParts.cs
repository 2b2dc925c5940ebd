using System.Globalization;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Parts the values of one key: each value for itself while there are few, numbers and dates in ranges of about as many images.</summary>
internal sealed class MetadataParts
{
    private const int MostSingleNumbers = 8;
    private const int Ranges = 5;
    private const int MostTexts = 30;

    private static readonly MetadataPart Missing = new("not set", null);
    private static readonly MetadataPart Rare = new("other values", null);

    private readonly Func<string, MetadataPart> _partOf;

    private MetadataParts(Func<string, MetadataPart> partOf) => _partOf = partOf;

    /// <summary>Decided on the images' values; null: an image has none.</summary>
    public static MetadataParts Of(string key, IEnumerable<string?> values)
    {
        var present = values.OfType<string>().ToList();
        var distinct = present.CountBy(value => value, StringComparer.Ordinal).OrderByDescending(item => item.Value).ToList();
        var numbers = present.ConvertAll(MetadataRules.NumberOf);
        if (distinct.Count > MostSingleNumbers && numbers.All(number => number is not null))
        {
            return InRanges(key, [.. numbers.OfType<double>().Order()], AreDates(distinct.Select(item => item.Key)));
        }

        var frequent = distinct.Take(MostTexts).ToDictionary(item => item.Key, item => new MetadataPart(item.Key, new MetadataFilter(key, item.Key)), StringComparer.Ordinal);
        return new(value => frequent.GetValueOrDefault(value) ?? Rare);
    }

    public MetadataPart Find(string? value) => value is null ? Missing : _partOf(value);

    private static bool AreDates(IEnumerable<string> values) => values.All(value => MetadataRules.DateOf(value) is not null);

    private static MetadataParts InRanges(string key, List<double> sorted, bool areDates)
    {
        // Where equal values fill a whole range, its limits coincide and there is one range less.
        var starts = Enumerable.Range(0, Ranges).Select(range => sorted[range * sorted.Count / Ranges]).Distinct().ToList();
        var parts = starts.Index().Select(start => PartOf(key, start.Item, start.Index + 1 < starts.Count ? starts[start.Index + 1] : null, sorted[^1], areDates)).ToList();
        return new(value => MetadataRules.NumberOf(value) is { } number ? parts[Math.Max(0, starts.FindLastIndex(start => start <= number))] : Rare);
    }

    private static MetadataPart PartOf(string key, double from, double? below, double most, bool areDates)
    {
        var name = below is { } end ? $"{Written(from, areDates)} to below {Written(end, areDates)}"
            : from < most ? $"{Written(from, areDates)} to {Written(most, areDates)}"
            : Written(from, areDates);
        return new(name, new MetadataFilter(key, From: from, Below: below));
    }

    private static string Written(double number, bool isDate) => isDate
        ? DateTime.UnixEpoch.AddSeconds(number).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture).Replace(" 00:00", "", StringComparison.Ordinal)
        : number.ToString("G6", CultureInfo.InvariantCulture);
}
