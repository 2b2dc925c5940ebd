namespace LabelStudio.Web.Api;

/// <summary>The dataset version that holds the labels of now.</summary>
public sealed record FrozenDataset(Guid Id);
