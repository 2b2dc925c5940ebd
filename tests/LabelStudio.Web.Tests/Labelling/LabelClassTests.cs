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

    private static ClassInfo Class(string name) => new(
        Guid.CreateVersion7(), name, "#336699", "1", 0, "", IsArchived: false, MergedIntoId: null, default, SinceOntologyVersion: 1, LabelledCount: 3);
}
