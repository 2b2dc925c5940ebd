namespace LabelStudio.Web.Api;

/// <param name="Shown">The image on the person's screen, for others to see.</param>
/// <param name="Page">As in <see cref="TakeRequest"/>.</param>
public sealed record HeartbeatRequest(IReadOnlyList<long> ImageIds, long? Shown = null, Guid? Page = null);
