namespace LabelStudio.Web.Api;

/// <param name="Reserve">So many images beyond the next few the page may hold now; it gives the rest back.</param>
public sealed record HeartbeatAnswer(int Reserve);
