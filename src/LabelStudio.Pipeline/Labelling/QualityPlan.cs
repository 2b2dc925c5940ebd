using System.Globalization;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>How a project makes sure of its labels. A project without one has everything off.</summary>
public sealed class QualityPlan
{
    public const int MostAnnotators = 9;

    public required Guid ProjectId { get; init; }

    /// <summary>How many people label an image of the overlap, blind to each other; 1: no overlap.</summary>
    public int OverlapAnnotators { get; set; } = 1;

    /// <summary>The share of the images that several people label, in per cent.</summary>
    public int OverlapPercent { get; set; }

    /// <summary>More than half of the votes make the label; else only unanimous votes do, and the rest is adjudicated.</summary>
    public bool MajorityDecides { get; set; } = true;

    /// <summary>Of a person's images, how many are hidden checks whose class is known, in per cent.</summary>
    public int KnownPercent { get; set; }

    /// <summary>What a person should reach on the hidden checks, in per cent; 0: no aim.</summary>
    public int KnownTargetPercent { get; set; }

    /// <summary>How many people are asked about one hidden check, after which it is none any more; 0: everybody.</summary>
    public int KnownMostAnswers { get; set; }

    /// <summary>A person may see how many hidden checks they got right; never which images they were.</summary>
    public bool TellsOwnAccuracy { get; set; }

    /// <summary>Nobody sees suggestions while labelling, so that the model leads nobody's eye.</summary>
    public bool HidesSuggestions { get; set; }

    /// <summary>The share of the labels that somebody looks at again, in per cent.</summary>
    public int ReviewPercent { get; set; } = 100;

    public QualityPlan Copy() => (QualityPlan)MemberwiseClone();

    public bool HasOverlap => OverlapAnnotators > 1 && OverlapPercent > 0;

    public bool HasChecks => KnownPercent > 0;

    /// <summary>The same images always, whatever their split: other digits of the hash than those the split looks at.</summary>
    public bool Overlaps(string sha256) => HasOverlap && Bucket(sha256, 8) < OverlapPercent;

    public bool IsSampledForReview(string sha256) => Bucket(sha256, 16) < ReviewPercent;

    /// <summary>0 to 99 from four digits, counted from the hash's end.</summary>
    private static int Bucket(string sha256, int fromEnd) =>
        int.Parse(sha256.AsSpan(sha256.Length - fromEnd, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture) * 100 / 65536;
}
