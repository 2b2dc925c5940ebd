using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Intake;

namespace LabelStudio.Web.Tests.Intake;

public sealed class ChangePreviewTests
{
    private static readonly Guid Owl = Guid.NewGuid();
    private static readonly Guid Robin = Guid.NewGuid();
    private static readonly ClassInfo[] Classes = [Class(Owl, "Owl"), Class(Robin, "Robin")];

    [Fact]
    public void Text_LabelsThatGo_NamesThemByClass()
    {
        var preview = new ChangePreview(40, "labelled Crow", Now(unlabelled: 27, discarded: 1, (Robin, 4), (Owl, 8)), Guid.NewGuid(), Discards: false, IsLong: false);

        Assert.True(preview.NeedsAnswer);
        Assert.Equal(
            "40 images will be labelled Crow. 12 labels go: 8 Owl, 4 Robin. 1 image is discarded now and will not be any more. One undo takes it back.",
            preview.Text(Classes));
    }

    [Fact]
    public void NeedsAnswer_NothingOrOneLabelIsLost_IsFalse()
    {
        Assert.False(new ChangePreview(500, "labelled Owl", Now(unlabelled: 400, discarded: 0, (Owl, 100)), Owl, Discards: false, IsLong: false).NeedsAnswer);
        Assert.False(new ChangePreview(1, "labelled Owl", Now(unlabelled: 0, discarded: 0, (Robin, 1)), Owl, Discards: false, IsLong: false).NeedsAnswer);
        Assert.False(new ChangePreview(9, "discarded", Now(unlabelled: 0, discarded: 9), null, Discards: true, IsLong: false).NeedsAnswer);
        Assert.True(new ChangePreview(9, "labelled Owl", Now(unlabelled: 0, discarded: 9), Owl, Discards: false, IsLong: false).NeedsAnswer);
    }

    [Fact]
    public void Text_LongActionWithoutLabels_TellsThatItGoesOn()
    {
        var preview = new ChangePreview(5000, "marked unsure", null, null, Discards: false, IsLong: true);

        Assert.True(preview.NeedsAnswer);
        Assert.Equal("5,000 images will be marked unsure. It goes on when you leave this page, and one undo takes it back.", preview.Text(Classes));
    }

    private static SelectionCounts Now(int unlabelled, int discarded, params (Guid ClassId, int Count)[] labels) =>
        new(unlabelled, discarded, labels.ToDictionary(label => label.ClassId, label => label.Count));

    private static ClassInfo Class(Guid id, string name) => new(id, name, "#888888", null, 0, "", false, null, DateTime.UnixEpoch, 1, 0);
}
