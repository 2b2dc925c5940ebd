namespace LabelStudio.Web.Components.Shared;

/// <summary>What a curve stands for; the chart module has a colour for each, in light and dark.</summary>
public enum ChartTone
{
    Train,
    Validation,
    Old,
    New,
    Other,

    /// <summary>One run among several: coloured by its place.</summary>
    Run,
}
