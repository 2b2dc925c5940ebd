using System.Globalization;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;

namespace LabelStudio.Web.Api;

/// <summary>A filter of images as it stands in an address: shared by the grid page and the endpoint it asks.</summary>
/// <param name="Suggested">The class the model suggests: unlabelled images only.</param>
/// <param name="Against">With a suggested class: the class the model hesitates between, second in its list.</param>
/// <param name="Similar">An image: those that look like it, the most similar first.</param>
/// <param name="MetaKey">A key of metadata that the images have.</param>
/// <param name="Meta">With a key: its value.</param>
/// <param name="MetaFrom">With a key of numbers or dates: at least this, dates in seconds since 1970.</param>
/// <param name="MetaBelow">Below this.</param>
/// <param name="Group">What the images are put together by.</param>
/// <param name="AtLeast">The least probability of the suggestion, in per cent.</param>
/// <param name="By">Who labelled.</param>
/// <param name="Agrees">Whether the label is the class that the model suggests: labelled images only.</param>
/// <param name="Review">What became of the label in the review; with <paramref name="By"/>, of this person's label.</param>
/// <param name="LabelledFrom">The first day, in UTC.</param>
/// <param name="LabelledTo">The last day.</param>
/// <param name="SideFrom">The shorter side has at least so many pixels.</param>
/// <param name="SideTo">At most so many.</param>
/// <param name="Reason">Part of the reason for a discard: discarded images only.</param>
public sealed record GridQuery(
    string? State = null,
    Guid? Class = null,
    string? Split = null,
    string? Text = null,
    Guid? Batch = null,
    bool? Flagged = null,
    string? Sort = null,
    Guid? Suggested = null,
    int? AtLeast = null,
    Guid? Against = null,
    long? Similar = null,
    string? MetaKey = null,
    string? Meta = null,
    double? MetaFrom = null,
    double? MetaBelow = null,
    string? Group = null,
    Guid? By = null,
    bool? Agrees = null,
    DateOnly? LabelledFrom = null,
    DateOnly? LabelledTo = null,
    DateOnly? AddedFrom = null,
    DateOnly? AddedTo = null,
    int? SideFrom = null,
    int? SideTo = null,
    string? Aspect = null,
    string? Review = null,
    string? Reason = null)
{
    public const string MostCertain = "certain";
    public const string LeastCertain = "uncertain";
    public const string BySuggestion = "suggestion";
    public const string LowMargin = "lowMargin";
    public const string HighMargin = "highMargin";
    public const string HighEntropy = "highEntropy";
    public const string LowEntropy = "lowEntropy";
    public const string Doubtful = "doubtful";
    public const string Trusted = "trusted";
    public const string Unlike = "unlike";

    private bool SortsBySuggestion =>
        Sort is MostCertain or LeastCertain or BySuggestion or LowMargin or HighMargin or HighEntropy or LowEntropy;

    /// <summary>Asks how well labels fit, which only makes sense for images that have one.</summary>
    public bool SortsByQuality => Sort is Doubtful or Trusted;

    /// <summary>Asks the model about each image, which only makes sense for those without a label.</summary>
    public bool NeedsSuggestions => Suggested is not null || AtLeast is > 0 || SortsBySuggestion;

    /// <summary>Asks the model about each image.</summary>
    public bool NeedsScores => Agrees is not null || NeedsSuggestions;

    /// <summary>The same without what <see cref="NeedsSuggestions"/>.</summary>
    public GridQuery WithoutSuggestions() => NeedsSuggestions
        ? this with { Suggested = null, Against = null, AtLeast = null, Sort = SortsBySuggestion ? null : Sort }
        : this;

    /// <summary>Labels of a person that were rejected and not given again.</summary>
    public static GridQuery RejectedOf(Guid userId) => new(By: userId, Review: "rejected");

    /// <summary>The unlabelled images that the model hesitates over between two classes, the least sure first.</summary>
    public static GridQuery Between(Guid one, Guid? other) => new("unlabelled", Sort: LeastCertain, Suggested: one, Against: other);

    public ReviewState? ReviewState => Parse<ReviewState>(Review);

    public ImageGrouping? Grouping => Parse<ImageGrouping>(Group);

    public ImageFilter ToFilter() => new()
    {
        State = Agrees is not null || SortsByQuality ? ImageState.Labelled : NeedsSuggestions ? ImageState.Unlabelled : Parse<ImageState>(State),
        ClassId = Class,
        Split = Parse<Split>(Split),
        Text = string.IsNullOrWhiteSpace(Text) ? null : Text.Trim(),
        ImportBatchId = Batch,
        IsFlagged = Flagged == true ? true : null,
        Metadata = MetadataRules.FindKey(MetaKey) is { } key ? new MetadataFilter(key, string.IsNullOrEmpty(Meta) ? null : Meta, MetaFrom, MetaBelow) : null,
        // A rejected label is nobody's any more: whose it was the review tells.
        LabelledBy = ReviewState is null ? By : null,
        LabelledFrom = StartOf(LabelledFrom),
        LabelledUntil = EndOf(LabelledTo),
        AddedFrom = StartOf(AddedFrom),
        AddedUntil = EndOf(AddedTo),
        ShorterSideFrom = SideFrom,
        ShorterSideTo = SideTo,
        Aspect = Parse<ImageAspect>(Aspect),
        DiscardReason = Reason,
        Sort = Parse<ImageSort>(Sort) ?? ImageSort.Newest,
    };

    /// <summary>As the part of an address after the question mark; empty fields are left out.</summary>
    public string ToQueryString() => string.Join('&', Fields()
        .Where(field => !string.IsNullOrEmpty(field.Value))
        .Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!)}"));

    private IEnumerable<KeyValuePair<string, string?>> Fields() =>
    [
        new("state", State),
        new("class", Class?.ToString()),
        new("split", Split),
        new("text", Text),
        new("batch", Batch?.ToString()),
        new("flagged", Flagged == true ? bool.TrueString.ToLower(CultureInfo.InvariantCulture) : null),
        new("sort", Sort),
        new("group", Group),
        new("suggested", Suggested?.ToString()),
        new("against", Against?.ToString()),
        new("similar", Similar?.ToString(CultureInfo.InvariantCulture)),
        new("metaKey", MetaKey),
        new("meta", Meta),
        new("metaFrom", MetaFrom?.ToString(CultureInfo.InvariantCulture)),
        new("metaBelow", MetaBelow?.ToString(CultureInfo.InvariantCulture)),
        new("atLeast", AtLeast is > 0 ? AtLeast.Value.ToString(CultureInfo.InvariantCulture) : null),
        new("by", By?.ToString()),
        new("agrees", Agrees?.ToString().ToLower(CultureInfo.InvariantCulture)),
        new("labelledFrom", DayText(LabelledFrom)),
        new("labelledTo", DayText(LabelledTo)),
        new("addedFrom", DayText(AddedFrom)),
        new("addedTo", DayText(AddedTo)),
        new("sideFrom", SideFrom?.ToString(CultureInfo.InvariantCulture)),
        new("sideTo", SideTo?.ToString(CultureInfo.InvariantCulture)),
        new("aspect", Aspect),
        new("review", Review),
        new("reason", Reason),
    ];

    private static string? DayText(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTime? StartOf(DateOnly? day) => day?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private static DateTime? EndOf(DateOnly? day) => day < DateOnly.MaxValue ? StartOf(day.Value.AddDays(1)) : null;

    private static T? Parse<T>(string? text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
