namespace LabelStudio.Web.Api;

/// <param name="LastLease">The greatest lease number among the tasks that the page was given; null: gives back whatever the person holds of these.</param>
/// <param name="LeftPage">The page of <see cref="TakeRequest"/> that is left with this, so that nothing more reaches it; null: it stays open.</param>
public sealed record ReleaseRequest(IReadOnlyList<long> ImageIds, long? LastLease, Guid? LeftPage = null);
