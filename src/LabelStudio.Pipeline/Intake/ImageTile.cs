using System.Linq.Expressions;

namespace LabelStudio.Pipeline.Intake;

public sealed record ImageTile(
    long Id,
    string Sha256,
    string FileName,
    ImageState State,
    Guid? ClassId,
    Split Split,
    int WidthPx,
    int HeightPx,
    bool IsFlagged,
    int LabelVersion)
{
    /// <summary>For queries.</summary>
    internal static Expression<Func<ImageRecord, ImageTile>> OfRecord { get; } = image => new ImageTile(
        image.Id, image.Sha256, image.FileName, image.State, image.LabelClassId, image.Split, image.WidthPx, image.HeightPx, image.IsFlagged, image.LabelVersion);

    internal ImageTile SeenWith(HiddenLabels hidden)
    {
        var (state, classId) = hidden.Seen(Id, State, ClassId);
        return this with { State = state, ClassId = classId };
    }
}
