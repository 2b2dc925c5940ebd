namespace LabelStudio.Pipeline.Intake;

/// <summary>Images that have a key; with that value, or with a number or date in that range.</summary>
/// <param name="From">At least this number, or seconds since 1970 of a date.</param>
/// <param name="Below">Below this number.</param>
public sealed record MetadataFilter(string Key, string? Value = null, double? From = null, double? Below = null);
