using System.ComponentModel;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>What a program may choose when it asks a model.</summary>
public sealed record PredictOptions(
    [property: FromQuery(Name = "top"), Description("How many classes to return, 1 to 100, most probable first; left out: 5")] int? Top,
    [property: FromQuery(Name = "model"), Description("production (as without it), candidate, a version's number or its id")] string? Model,
    [property: FromQuery(Name = "threshold"), Description("Below this probability of the best class, 0 to 1, the answer counts as unknown, and where a picture may show several classes, each less probable one as not shown; left out: the thresholds kept with the model")] double? Threshold)
{
    /// <summary>Most classes of one answer.</summary>
    public const int MostTop = 100;

    private const int DefaultTop = 5;

    public int Classes => Top ?? DefaultTop;

    /// <exception cref="InvalidRequestException">A number is out of its range.</exception>
    public void Demand()
    {
        if (Top is < 1 or > MostTop)
        {
            throw new InvalidRequestException($"'top' is {Top}. Ask for 1 to {MostTop} classes.");
        }

        if (Threshold is { } threshold && threshold is not (>= 0 and <= 1))
        {
            throw new InvalidRequestException(FormattableString.Invariant($"'threshold' is {threshold}. Take a probability from 0 to 1."));
        }
    }

    /// <summary>The answer as it is sent, held against the caller's threshold where there is one.</summary>
    public PredictAnswer AnswerOf(PredictionResult result, double milliseconds, HeatMap? heatMap = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var judged = Threshold is { } threshold ? result.At(threshold) : result;
        return new PredictAnswer(
            judged.ModelVersionId,
            ModelVersion.NameOf(judged.Number),
            [.. judged.Classes.Select(Of)],
            milliseconds,
            judged.IsUnknown,
            judged.Threshold,
            heatMap)
        {
            Label = judged.Set is { } set ? Of(set.Label) : null,
            Predicted = judged.Set?.Classes.Select(Of).ToList(),
        };
    }

    private static PredictedClass Of(ClassProbability item) => new(item.ClassId, item.Name, item.Probability);
}
