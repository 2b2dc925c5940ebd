using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Labelling;

namespace LabelStudio.Web.Tests.Labelling;

public sealed class LabelClassTests
{
    [Fact]
    public void Of_ReadAgainUnchanged_IsEqualSoThatNothingIsSentToThePage()
    {
        var coat = Class("coat") with { Aliases = ["jacket", "parka"] };
        var again = coat with { Aliases = [.. coat.Aliases], LabelledCount = 7 };

        Assert.Equal(LabelClass.Of([coat]), LabelClass.Of([again]));
    }

    [Fact]
    public void Of_ClassWithOtherNames_CarriesThemAndLeavesArchivedClassesOut()
    {
        var classes = LabelClass.Of([Class("coat") with { Aliases = ["jacket", "parka"] }, Class("hat") with { IsArchived = true }]);

        Assert.Equal("jacket, parka", Assert.Single(classes).Aliases);
    }

    [Fact]
    public void Of_CombinationReadAgain_CarriesItsClassesAndIsEqualWhileTheyAreTheSame()
    {
        var (coat, hat) = (Class("coat"), Class("hat") with { IsNegative = true });
        var pair = Class("coat + hat") with { MemberIds = [coat.Id, hat.Id] };

        var classes = LabelClass.Of([coat, hat, pair]);

        Assert.Equal([null, null, [coat.Id, hat.Id]], classes.Select(item => item.MemberIds));
        Assert.Equal([false, true, false], classes.Select(item => item.IsNegative));
        Assert.Equal(classes, LabelClass.Of([coat, hat, pair with { MemberIds = [coat.Id, hat.Id] }]));
        Assert.NotEqual(classes, LabelClass.Of([coat, hat, pair with { MemberIds = [coat.Id] }]));
        Assert.NotEqual(classes, LabelClass.Of([coat, hat, pair with { MemberIds = null }]));
        Assert.NotEqual(classes, LabelClass.Of([coat, hat with { IsNegative = false }, pair]));
    }

    private static ClassInfo Class(string name) => new(
        Guid.CreateVersion7(), name, "#336699", "1", 0, "", IsArchived: false, MergedIntoId: null, default, SinceOntologyVersion: 1, LabelledCount: 3);
}
