namespace LabelStudio.Web.Api;

/// <param name="Reserve">So many images beyond the next few the page may hold now; it gives the rest back.</param>
/// <param name="Advisers">Who suggests classes now: what others suggested is out of date.</param>
public sealed record HeartbeatAnswer(int Reserve, IReadOnlyList<string> Advisers);
