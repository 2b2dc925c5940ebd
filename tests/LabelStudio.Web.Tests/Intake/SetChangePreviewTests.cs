using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Intake;

namespace LabelStudio.Web.Tests.Intake;

public sealed class SetChangePreviewTests
{
    private static readonly Guid Dog = Guid.NewGuid();
    private static readonly Guid Cat = Guid.NewGuid();
    private static readonly Guid Nothing = Guid.NewGuid();
    private static readonly Guid Both = Guid.NewGuid();
    private static readonly Guid NoClass = Guid.NewGuid();

    private static readonly ClassInfo[] Classes =
    [
        Class(Dog, "Dog"),
        Class(Cat, "Cat"),
        Class(Nothing, "None of these") with { IsNegative = true },
        Class(Both, "Dog + Cat") with { MemberIds = [Dog, Cat] },
        Class(NoClass, "No class") with { MemberIds = [] },
    ];

    [Fact]
    public void Text_OfAdding_SaysHowManyGetTheClassAndHowManyHaveIt()
    {
        var preview = Add([Cat], Now(4, 1, (Dog, 10), (NoClass, 2), (Cat, 1), (Both, 2)), 20);

        Assert.True(preview.NeedsAnswer(Classes));
        Assert.Equal(
            "Cat is added to 20 images: 12 get it as well, 3 have it already, 4 have no label yet, 1 is discarded now and will not be any more. One undo takes it back.",
            preview.Text(Classes));
    }

    [Fact]
    public void Text_OfAddingSeveralForLong_SpeaksOfThemAll()
    {
        var preview = Add([Cat, Dog], Now(0, 0, (Dog, 4000), (Both, 1)), 4001) with { IsLong = true };

        Assert.Equal(
            "Dog + Cat are added to 4,001 images: 4,000 get them as well, 1 has them already. It goes on when you leave this page, and one undo takes it back.",
            preview.Text(Classes));
    }

    [Fact]
    public void Text_OfRemoving_SaysWhoKeepsOthersAndWhoIsUnlabelledThen()
    {
        var preview = new SetChangePreview(15, Now(2, 1, (Dog, 4), (NoClass, 1), (Cat, 5), (Both, 2)), [Cat], Removes: true, IsLong: false);

        Assert.True(preview.NeedsAnswer(Classes));
        Assert.Equal(
            "Cat is taken away from 15 images: 2 keep their other classes, 5 have no other and will be unlabelled, 8 do not have it. One undo takes it back.",
            preview.Text(Classes));
    }

    [Fact]
    public void Text_WithNoneOfThese_SaysThatItGoesWithNoOther()
    {
        Assert.Contains("3 lose what they have, as that does not go with it", Add([Cat], Now(0, 0, (Nothing, 3)), 3).Text(Classes), StringComparison.Ordinal);
        Assert.Contains("2 lose what they have, as that does not go with it", Add([Nothing], Now(0, 0, (Both, 2)), 2).Text(Classes), StringComparison.Ordinal);
        Assert.Contains("2 get it as well", Add([Nothing], Now(0, 0, (NoClass, 2)), 2).Text(Classes), StringComparison.Ordinal);
    }

    [Fact]
    public void NeedsAnswer_NothingOrOneLabelChanges_IsFalse()
    {
        Assert.False(Add([Cat], Now(400, 0, (Cat, 100), (Both, 9)), 509).NeedsAnswer(Classes));
        Assert.False(Add([Cat], Now(0, 0, (Dog, 1)), 1).NeedsAnswer(Classes));
        Assert.True(Add([Cat], Now(0, 0, (Dog, 2)), 2).NeedsAnswer(Classes));
        Assert.True((Add([Cat], Now(400, 0), 400) with { IsLong = true }).NeedsAnswer(Classes));
    }

    private static SetChangePreview Add(Guid[] classIds, SelectionCounts now, int count) => new(count, now, classIds, Removes: false, IsLong: false);

    private static SelectionCounts Now(int unlabelled, int discarded, params (Guid LabelId, int Count)[] labels) =>
        new(unlabelled, discarded, labels.ToDictionary(label => label.LabelId, label => label.Count));

    private static ClassInfo Class(Guid id, string name) => new(id, name, "#888888", null, 0, "", false, null, DateTime.UnixEpoch, 1, 0);
}
