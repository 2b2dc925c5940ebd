namespace LabelStudio.Web.Api;

/// <param name="AntiforgeryToken">For the header 'RequestVerificationToken' of writing calls.</param>
public sealed record SessionAnswer(Guid UserId, string? AntiforgeryToken);
