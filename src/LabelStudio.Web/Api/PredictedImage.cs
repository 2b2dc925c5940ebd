namespace LabelStudio.Web.Api;

/// <summary>One picture of several: its answer or why there is none.</summary>
/// <param name="Index">Its place among the pictures sent, from 0.</param>
/// <param name="Name">Its name, as it was sent.</param>
/// <param name="Status">200: answered; 400: nothing, or no readable base64; 422: no picture that can be taken.</param>
/// <param name="Answer">What the model says; null where it was not asked.</param>
/// <param name="Error">What is wrong with this picture; null where nothing is.</param>
public sealed record PredictedImage(int Index, string? Name, int Status, PredictAnswer? Answer, string? Error);
