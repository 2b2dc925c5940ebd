using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <param name="Suggestions">By image; images without embedding or without a trained head have none.</param>
/// <param name="OpenComments">Comments that wait for an answer, by image.</param>
/// <param name="Advisers">Who suggests classes now: what others suggested is out of date.</param>
/// <param name="RecheckLeft">Images labelled before the class of the request existed; null: the request named none.</param>
public sealed record TakeAnswer(
    IReadOnlyList<LabellingTask> Tasks, IReadOnlyDictionary<long, Suggestion> Suggestions, ImageCounts Counts, QueueStatus Queue,
    int? RecheckLeft, IReadOnlyDictionary<long, int> OpenComments, IReadOnlyList<string> Advisers);
