using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

internal static class LabellingTasks
{
    public static LabellingTask Of(ImageRecord image, long lease = 0) => new(
        image.Id,
        image.Sha256,
        image.FileName,
        image.WidthPx,
        image.HeightPx,
        image.LabelVersion,
        image.State,
        image.LabelClassId,
        image.IsFlagged,
        lease)
    {
        DiscardReason = image.DiscardReason,
    };
}
