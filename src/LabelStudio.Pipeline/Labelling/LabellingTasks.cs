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

    /// <summary>As somebody may see it who must not know some labels.</summary>
    public static LabellingTask SeenWith(this LabellingTask task, HiddenLabels hidden)
    {
        if (!hidden.Hide(task.ImageId))
        {
            return task;
        }

        var (state, classId) = hidden.Seen(task.ImageId, task.State, task.ClassId);
        return task with { State = state, ClassId = classId, DiscardReason = null };
    }
}
