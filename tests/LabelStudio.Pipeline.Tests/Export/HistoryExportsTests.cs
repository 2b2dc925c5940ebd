using System.Text;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Export;

public sealed class HistoryExportsTests
{
    [Fact]
    public async Task WriteCsvAsync_EveryAct_HasWhoWhenFromWhatToWhatAndHow()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        await lab.DecideAsync(new Decision(
            Guid.NewGuid(), lab.Images[0], AnnotationKind.Label, lab.Owl, null, lab.Owl, 0.75, "live head", LeadTimeMs: 1500));
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        await lab.UndoAsync();

        var lines = (await TextAsync(lab, lab.UserId)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(4, lines.Length);
        Assert.Contains(",Label,Owl,,Unlabelled,Accepted,Ada,2026-03-01T12:00:00.0000000Z,Owl,0.75,live head,1.5,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",Label,Robin,Owl,Labelled,Manual,Ada,", lines[2], StringComparison.Ordinal);
        Assert.Contains(",Undo,Ada,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteCsvAsync_ByAnAnnotator_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => TextAsync(lab, annotator));
    }

    private static async Task<string> TextAsync(LabellingFixture lab, Guid userId)
    {
        using var stream = new MemoryStream();
        await lab.Studio.Get<HistoryExports>().WriteCsvAsync(userId, lab.ProjectId, stream, CancellationToken.None);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
