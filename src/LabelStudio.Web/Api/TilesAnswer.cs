using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <param name="Reviews">Of the images whose label somebody judged.</param>
/// <param name="Duplicates">Of the images that are known to have near-duplicates: how many pictures the set has.</param>
public sealed record TilesAnswer(
    IReadOnlyList<ImageTile> Tiles,
    IReadOnlyDictionary<long, ClassScore> Suggestions,
    IReadOnlyDictionary<long, int> OpenComments,
    IReadOnlyDictionary<long, double>? Similarities,
    IReadOnlyDictionary<long, ReviewMark> Reviews,
    IReadOnlyDictionary<long, int> Duplicates);
