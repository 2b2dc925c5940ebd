using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Api;

/// <summary>One decision for many images, taken back by one undo.</summary>
public sealed record BulkRequest(IReadOnlyList<long> ImageIds, AnnotationKind Kind, Guid? ClassId);
