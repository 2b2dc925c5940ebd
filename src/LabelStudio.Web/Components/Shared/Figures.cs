using System.Globalization;

namespace LabelStudio.Web.Components.Shared;

/// <summary>Numbers as people read them. Shares come in as 0 to 1.</summary>
public static class Figures
{
    private const string None = "–";

    // The space before the sign does not break: a number and its sign stay on one line.
    public static string Percent(double? share, int decimals = 1) =>
        share is { } value && double.IsFinite(value)
            ? (value * 100).ToString("F" + decimals, CultureInfo.CurrentCulture) + "\u00a0%"
            : None;

    /// <summary>A difference of two shares in percentage points, always with its sign.</summary>
    public static string Points(double? difference)
    {
        if (difference is not { } value || !double.IsFinite(value))
        {
            return None;
        }

        var points = Math.Round(value * 100, 1);
        return points == 0 ? "±0.0" : (points > 0 ? "+" : "−") + Math.Abs(points).ToString("F1", CultureInfo.CurrentCulture);
    }

    public static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("G4", CultureInfo.CurrentCulture) : None;

    public static string Count(int count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>"1 image", "12 images".</summary>
    public static string Count(int count, string one, string several) => $"{Count(count)} {(count == 1 ? one : several)}";

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:F0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
    };

    /// <summary>A duration that nobody knows to the second.</summary>
    public static string Estimate(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => Duration(time),
        { TotalSeconds: < 59.5 } => $"about {Duration(time)}",
        { TotalMinutes: < 59.5 } => string.Create(CultureInfo.CurrentCulture, $"about {time.TotalMinutes:F0} min"),
        _ => $"about {Duration(TimeSpan.FromMinutes(Math.Round(time.TotalMinutes)))}",
    };

    public static string Ago(DateTime utc, DateTime nowUtc) => (nowUtc - utc) switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } span => Count((int)span.TotalMinutes, "minute ago", "minutes ago"),
        { TotalDays: < 1 } span => Count((int)span.TotalHours, "hour ago", "hours ago"),
        { TotalDays: < 30 } span => Count((int)span.TotalDays, "day ago", "days ago"),
        _ => utc.ToString("d MMM yyyy", CultureInfo.CurrentCulture),
    };

    /// <summary>With the month in letters: in figures it is taken for the day in half of the world.</summary>
    public static string When(DateTime utc) => utc.ToLocalTime().ToString("d MMM yyyy, HH:mm", CultureInfo.CurrentCulture);

    public static string Moment(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
