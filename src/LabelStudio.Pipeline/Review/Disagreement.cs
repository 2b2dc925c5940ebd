namespace LabelStudio.Pipeline.Review;

/// <summary>An image to which people gave different classes.</summary>
/// <param name="Votes">The class of each annotator by place, null where there is none.</param>
public sealed record Disagreement(long ImageId, string Sha256, string FileName, IReadOnlyList<Guid?> Votes)
{
    /// <summary>Share of the pairs of votes that are equal, 0–1: what the image counts in the agreement of all.</summary>
    public double Agreement
    {
        get
        {
            var votes = Votes.OfType<Guid>().ToList();
            var equal = votes.CountBy(classId => classId).Sum(count => count.Value * (count.Value - 1));
            return votes.Count < 2 ? 1 : (double)equal / (votes.Count * (votes.Count - 1));
        }
    }
}
