namespace LabelStudio.Pipeline.Features;

/// <summary>The backbones of a project.</summary>
/// <param name="Serving">Whose embeddings suggestions and searches use.</param>
/// <param name="Wanted">Whose embeddings will serve once they are complete; the same as <paramref name="Serving"/> most of the time.</param>
/// <param name="WantedName">The model that wants it, as people call it.</param>
/// <param name="Problem">Why the wanted backbone cannot be used; null: all is well.</param>
internal sealed record ProjectTargets(FeatureTarget Serving, FeatureTarget Wanted, string? WantedName, string? Problem)
{
    public bool IsRebuilding => Serving != Wanted;

    /// <summary>What the project has a target for; one that neither serves nor will judges its labels.</summary>
    public TargetUse UseOf(FeatureTarget target) => target == Serving ? TargetUse.Serving : target == Wanted ? TargetUse.Rebuild : TargetUse.Judging;

    /// <summary>Whether a target computes the project's images: also the pretrained one beside a backbone that has learned their labels.</summary>
    public bool Uses(FeatureTarget target, FeatureTarget pretrained) =>
        UseOf(target) != TargetUse.Judging || (target == pretrained && Serving.Source.HasLearned);
}
