namespace LabelStudio.Pipeline.Labelling;

/// <summary>Who decides when: the same for all decisions of one call.</summary>
/// <param name="ActionId">All decisions are one action, taken back together; null: each is its own.</param>
/// <param name="StartsAction">The action's first row is written now; false: more of an action that was begun before.</param>
/// <param name="Origin">How all came about; null: each by its suggestion.</param>
internal sealed record DecisionAct(Guid UserId, DateTime AtUtc, int OntologyVersion, Guid? ActionId, bool StartsAction, AnnotationOrigin? Origin);
