using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("comma, and \"quotes\"")]
    [InlineData("two\nlines")]
    [InlineData("=HYPERLINK(\"x\")")]
    [InlineData("+1+1")]
    [InlineData("-dash")]
    [InlineData("@SUM(A1)")]
    [InlineData("'=1")]
    [InlineData("it's")]
    [InlineData(" led and trailed ")]
    [InlineData("한글 é 🐱")]
    public void LineThenRows_AnyCell_ComesBackAsItWas(string cell)
    {
        var rows = CsvText.Rows(CsvText.Line("image", "label") + CsvText.Line(cell, "x")).ToList();

        Assert.Equal([["image", "label"], [cell, "x"]], rows);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("@x")]
    public void Line_AFormula_IsNoFormulaAnyMore(string cell)
    {
        Assert.StartsWith("'", CsvText.Line(cell), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\uFEFFa,b\r\nc,d\r\n")]
    [InlineData("a;b\nc;d")]
    [InlineData("a\tb\nc\td\n")]
    public void Rows_BomDelimitersAndLineEnds_AreUnderstood(string text)
    {
        Assert.Equal([["a", "b"], ["c", "d"]], CsvText.Rows(text).ToList());
    }
}
