using Bunit;
using LabelStudio.Learning.Agreement;
using LabelStudio.Web.Pages.Review;

namespace LabelStudio.Web.Tests.Review;

public sealed class PairMatrixTests : BunitContext
{
    [Fact]
    public void Matrix_OfAPair_HasTheFirstAnnotatorsClassesInRows()
    {
        int?[][] labels = [[0, 0, 0, 1], [0, 0, 1, 1]];

        var matrix = Render<PairMatrix>(p => p
            .Add(view => view.Pair, PairAgreement.Of(labels, 0, 1, 2))
            .Add(view => view.FirstName, "Ada")
            .Add(view => view.SecondName, "Bo")
            .Add(view => view.ClassNames, ["hat", "cap"]));

        Assert.Equal("Rows: Ada. Columns: Bo.", matrix.Find("caption").TextContent);
        Assert.Equal(["2", "1", "", "1"], matrix.FindAll("td").Select(cell => cell.TextContent));
    }
}
