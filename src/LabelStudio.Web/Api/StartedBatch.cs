namespace LabelStudio.Web.Api;

public sealed record StartedBatch(Guid BatchId);
