namespace LabelStudio.Pipeline.Labelling;

/// <summary>What a decision does with the classes that an image has, in a project whose images may have several.</summary>
public enum SetChange
{
    /// <summary>The image has exactly these classes; none at all is a label too.</summary>
    Replace,

    /// <summary>It has these as well.</summary>
    Add,

    /// <summary>It no longer has these; one that has no class left is unlabelled, as nobody said that it shows none.</summary>
    Remove,
}
