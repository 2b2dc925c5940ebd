using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Api;

/// <summary>A page's wish for more images to label.</summary>
/// <param name="Count">How many.</param>
/// <param name="Held">Images the page has and keeps.</param>
/// <param name="Replaceable">
/// Images the page has and would exchange for better ones. They stay with it: those that the answer lacks it gives back itself,
/// unless it has come to show them meanwhile.
/// </param>
/// <param name="Recheck">A class: only images that were labelled before it existed; null: unlabelled images.</param>
/// <param name="SuggestFor">Images whose suggestions the page wants beside those of the new ones.</param>
public sealed record TakeRequest(
    QueueOrder Order, int Count, IReadOnlyList<long>? Held, IReadOnlyList<long>? Replaceable, IReadOnlyList<long>? SuggestFor, Guid? Recheck = null)
{
    /// <summary>Only these images, in this order and whatever their state; null: from the queue.</summary>
    public IReadOnlyList<long>? Images { get; init; }

    /// <summary>The page that asks, by an id of its own making; null: whatever is handed out holds until its lease ends.</summary>
    public Guid? Page { get; init; }

    /// <summary>The image on the person's screen, for others to see.</summary>
    public long? Shown { get; init; }
}
