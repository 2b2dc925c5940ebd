namespace LabelStudio.Web.Api.MlBackend;

/// <summary>One choice of a labelling interface.</summary>
/// <param name="Value">What people see.</param>
/// <param name="Alias">What results carry instead, if it is given.</param>
/// <param name="PredictedValues">Other names that models use for it.</param>
public sealed record LabelChoice(string Value, string? Alias, IReadOnlyList<string> PredictedValues)
{
    /// <summary>As results name it.</summary>
    public string ResultName => Alias ?? Value;
}
