using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

public sealed record TilesAnswer(IReadOnlyList<ImageTile> Tiles, IReadOnlyDictionary<long, ClassScore> Suggestions, IReadOnlyDictionary<long, int> OpenComments, IReadOnlyDictionary<long, double>? Similarities);
