using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Api;

/// <summary>A page's wish for more images to label.</summary>
/// <param name="Count">How many.</param>
/// <param name="Held">Images the page has and keeps.</param>
/// <param name="Replaceable">Images the page has and gives back when better ones come first now.</param>
/// <param name="Recheck">A class: only images that were labelled before it existed; null: unlabelled images.</param>
/// <param name="SuggestFor">Images whose suggestions the page wants beside those of the new ones.</param>
public sealed record TakeRequest(
    QueueOrder Order, int Count, IReadOnlyList<long>? Held, IReadOnlyList<long>? Replaceable, IReadOnlyList<long>? SuggestFor, Guid? Recheck = null);
