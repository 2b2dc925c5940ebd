namespace LabelStudio.Web.Api;

/// <summary>The run that was queued.</summary>
public sealed record LaunchedRun(Guid Id);
