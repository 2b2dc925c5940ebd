namespace LabelStudio.Pipeline.Promotion;

/// <summary>What somebody did with a model version.</summary>
public enum ModelActKind
{
    /// <summary>Made it the one that answers.</summary>
    Promoted,

    /// <summary>Took the newest promotion back.</summary>
    RolledBack,

    /// <summary>Pointed the alias "candidate" at it.</summary>
    MadeCandidate,

    Deleted,
}
