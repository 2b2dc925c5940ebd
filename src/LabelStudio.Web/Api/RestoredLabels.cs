namespace LabelStudio.Web.Api;

/// <summary>How many images got another label.</summary>
public sealed record RestoredLabels(int Changed);
