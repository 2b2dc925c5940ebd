namespace LabelStudio.Web.Components.Shared;

/// <summary>A curve: all its points so far. Between two renders of a chart the list may only grow at its end, unless the chart is given another revision.</summary>
public sealed record ChartSeries(string Name, ChartTone Tone, IReadOnlyList<ChartPoint> Points)
{
    public bool IsDashed { get; init; }

    public bool IsFaint { get; init; }
}
