using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Intake;

namespace LabelStudio.Web.Tests.Intake;

public sealed class HistoryWordsTests
{
    private static readonly ClassInfo Hat = new(Guid.NewGuid(), "hat", "#e6553f", "1", 0, "", false, null, DateTime.UnixEpoch, 1, 0);

    [Fact]
    public void How_CorrectedSuggestion_NamesWhatWasSuggestedAndByWhom()
    {
        var how = HistoryWords.How(Entry(AnnotationOrigin.Corrected), [Hat]);

        Assert.Contains("live head suggested hat", how, StringComparison.Ordinal);
    }

    [Fact]
    public void How_ByHand_SaysNothing() => Assert.Null(HistoryWords.How(Entry(AnnotationOrigin.Manual), [Hat]));

    [Fact]
    public void How_LabelOfAnotherProgram_NamesIt_AndElseTellsOfAnImport()
    {
        var entry = Entry(AnnotationOrigin.Import);

        Assert.Equal("in Label Studio", HistoryWords.How(entry with { Source = "Label Studio" }, [Hat]));
        Assert.Equal("by an import", HistoryWords.How(entry, [Hat]));
    }

    [Fact]
    public void What_Undone_SaysSo() => Assert.Equal("undo: labelled", HistoryWords.What(Entry(AnnotationOrigin.Undo)));

    private static ImageHistoryEntry Entry(AnnotationOrigin origin) =>
        new(Guid.NewGuid(), AnnotationKind.Label, Guid.NewGuid(), origin, DateTime.UnixEpoch, "Anna", Hat.Id, 0.8, "live head");
}
