using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class BusyProjectTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TenPeopleLabelling_WhileAnImportAndOtherWritesGoOn_MeetNoError()
    {
        await using var lab = await LabellingFixture.StartAsync(300);
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => lab.Studio.AddUserAsync(StudioRole.Annotator)));
        var batch = await lab.Studio.Get<ImageIntake>().StartBatchAsync(lab.UserId, lab.ProjectId, "import", CancellationToken.None);

        var labelling = people.Select(person => Task.Run(() => LabelAsync(lab, person, 25)));
        var import = Enumerable.Range(0, 100).Select(number => Task.Run(() => lab.Studio.Get<ImageIntake>().AddAsync(
            lab.UserId, lab.ProjectId, batch, $"{number}.png", TestImages.PngStream(number), null, CancellationToken.None)));
        var identity = Task.Run(() => WriteBesideTheWriterAsync(lab));
        var saved = await Task.WhenAll(labelling);
        var imported = await Task.WhenAll(import);
        await identity;

        Assert.Equal(250, saved.Sum());
        Assert.All(imported, result => Assert.Equal(ImportOutcome.Added, result.Outcome));
        var counts = await lab.Studio.Get<ImageLibrary>().CountsAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        Assert.Equal((400, 250), (counts.Total, counts.Labelled));
    }

    private static async Task<int> LabelAsync(LabellingFixture lab, Guid person, int count)
    {
        var saved = 0;
        for (var turn = 0; turn < count; turn++)
        {
            var task = Assert.Single(await lab.TakeAsync(person, 1));
            var result = await lab.LabelAsync(task.ImageId, lab.Owl, task.LabelVersion, person);
            saved += result.Outcome == DecisionOutcome.Saved ? 1 : 0;
        }

        return saved;
    }

    /// <summary>As Identity does: a context of its own, past the writer.</summary>
    private static async Task WriteBesideTheWriterAsync(LabellingFixture lab)
    {
        for (var turn = 0; turn < 30; turn++)
        {
            await using var db = lab.Studio.OpenDatabase();
            var user = await db.Users.FindAsync(lab.UserId);
            user!.AccessFailedCount = turn;
            await db.SaveChangesAsync();
        }
    }
}
