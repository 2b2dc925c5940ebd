using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class SplitMovesTests
{
    [Fact]
    public async Task UndoAsync_BringsEachImageBackToItsOwnSplit()
    {
        await using var lab = await LabellingFixture.StartAsync(40);
        var before = await SplitsAsync(lab);

        var moved = await Moves(lab).MoveAsync(lab.UserId, lab.ProjectId, lab.Images, Split.Test, CancellationToken.None);
        var between = await SplitsAsync(lab);
        var back = await Moves(lab).UndoAsync(lab.UserId, lab.ProjectId, moved.MoveId!.Value, CancellationToken.None);
        var again = await Moves(lab).UndoAsync(lab.UserId, lab.ProjectId, moved.MoveId.Value, CancellationToken.None);

        Assert.Equal(before.Count(split => split != Split.Test), moved.Count);
        Assert.All(between, split => Assert.Equal(Split.Test, split));
        Assert.Equal(moved.Count, back);
        Assert.Equal(before, await SplitsAsync(lab));
        Assert.Equal(0, again);
    }

    [Fact]
    public async Task UndoAsync_ImagesMovedAgainSince_StayWhereTheyAre()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        await Moves(lab).MoveAsync(lab.UserId, lab.ProjectId, lab.Images, Split.Train, CancellationToken.None);
        var moved = await Moves(lab).MoveAsync(lab.UserId, lab.ProjectId, lab.Images, Split.Test, CancellationToken.None);
        await Moves(lab).MoveAsync(lab.UserId, lab.ProjectId, [lab.Images[0]], Split.Validation, CancellationToken.None);

        await Moves(lab).UndoAsync(lab.UserId, lab.ProjectId, moved.MoveId!.Value, CancellationToken.None);

        Assert.Equal([Split.Validation, Split.Train, Split.Train, Split.Train], await SplitsAsync(lab));
    }

    [Fact]
    public async Task MoveAsync_Annotator_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => Moves(lab).MoveAsync(annotator, lab.ProjectId, lab.Images, Split.Train, CancellationToken.None));
    }

    private static SplitMoves Moves(LabellingFixture lab) => lab.Studio.Get<SplitMoves>();

    private static async Task<List<Split>> SplitsAsync(LabellingFixture lab)
    {
        var splits = new List<Split>();
        foreach (var id in lab.Images)
        {
            splits.Add((await lab.ImageAsync(id)).Split);
        }

        return splits;
    }
}
