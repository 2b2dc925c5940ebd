using System.Globalization;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// The split of an image follows from its content alone, so the same picture lands in the same split in every project
/// with the same percentages, whenever it comes in.
/// </summary>
public static class SplitRule
{
    /// <summary>
    /// Uses the end of the hash: the start sorts the images of the random queue, which would else go through the splits
    /// one after another.
    /// </summary>
    public static Split SplitOf(string sha256, int trainPercent, int validationPercent, int testPercent)
    {
        ArgumentNullException.ThrowIfNull(sha256);
        var total = trainPercent + validationPercent + testPercent;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total, nameof(trainPercent));
        var place = ulong.Parse(sha256.AsSpan(48, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            % ((ulong)total * 1000) / 1000;
        return place < (ulong)trainPercent ? Split.Train
            : place < (ulong)(trainPercent + validationPercent) ? Split.Validation
            : Split.Test;
    }
}
