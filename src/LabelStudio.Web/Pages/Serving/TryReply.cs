using LabelStudio.Web.Api;

namespace LabelStudio.Web.Pages.Serving;

/// <summary>What the predict endpoint said: an answer, or what went wrong.</summary>
public sealed record TryReply(PredictAnswer? Answer, string? Problem);
