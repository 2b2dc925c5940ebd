using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Web.Pages.Labelling;

namespace LabelStudio.Web.Tests.Labelling;

public sealed class UnknownClassesTests
{
    private static readonly ClassInfo[] Known = [.. new[] { "coat", "hat", "shoe", "sock" }.Select(Class)];

    [Fact]
    public void Text_LiveHeadSuggests_NamesWhatItHasNotLearned()
    {
        Assert.Null(UnknownClasses.Text(Known, [], null));
        Assert.Equal("not suggested yet: hat, shoe and 1 more", UnknownClasses.Text(Known, Ids(0), null));
        Assert.Null(UnknownClasses.Text(Known, Ids(0, 1, 2, 3), null));
    }

    [Fact]
    public void Text_PromotedModelSuggests_TellsWhatItNeverSawFromWhatTheLiveHeadStepsInFor()
    {
        var model = new PromotedHeadStatus("Model 3", Ids(0, 1), null);

        Assert.Equal(
            "cannot suggest sock: not known to Model 3 · shoe: not known to Model 3, suggested by the live head",
            UnknownClasses.Text(Known, Ids(0, 1, 2), model));
        Assert.Null(UnknownClasses.Text(Known[..2], [], model));
    }

    [Fact]
    public void Text_PromotedModelCannotBeAsked_SpeaksOfTheLiveHead() =>
        Assert.Equal(
            "not suggested yet: sock",
            UnknownClasses.Text(Known, Ids(0, 1, 2), new PromotedHeadStatus("Model 3", Ids(0, 1), "It is damaged.")));

    [Fact]
    public void Text_CombinationIsSuggested_ItsClassesAreAndItIsNoClassOfItsOwn()
    {
        var pair = Class("coat + hat") with { MemberIds = Ids(0, 1) };
        var unlearned = Class("shoe + sock") with { MemberIds = Ids(2, 3) };

        Assert.Equal("not suggested yet: shoe, sock", UnknownClasses.Text([.. Known, pair, unlearned], [pair.Id], null));
        Assert.Equal(
            "cannot suggest sock: not known to Model 3 · shoe: not known to Model 3, suggested by the live head",
            UnknownClasses.Text([.. Known, pair, unlearned], Ids(2), new PromotedHeadStatus("Model 3", [pair.Id], null)));
    }

    private static Guid[] Ids(params int[] places) => [.. places.Select(place => Known[place].Id)];

    private static ClassInfo Class(string name) => new(
        Guid.CreateVersion7(), name, "#336699", "1", 0, "", IsArchived: false, MergedIntoId: null, default, SinceOntologyVersion: 1, LabelledCount: 3);
}
