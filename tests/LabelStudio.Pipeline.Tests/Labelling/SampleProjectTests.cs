using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class SampleProjectTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task CreateAsync_MakesAProjectToTryEverythingWith()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync(StudioRole.MlLead);
        var progress = new LastReport();

        var projectId = await studio.Get<SampleProject>().CreateAsync(userId, progress, CancellationToken.None);

        var project = await studio.Get<ProjectCatalog>().GetAsync(userId, projectId, CancellationToken.None);
        var classes = await studio.Get<ClassCatalog>().ListAsync(userId, projectId, CancellationToken.None);
        Assert.Equal((300, 200, 100, 5, true), (
            project.ImageCount, project.LabelledCount, project.UnlabelledCount, project.ClassCount, project.IsSample));
        Assert.Equal(["Boat", "Fish", "House", "Tree", "Balloon"], classes.Select(item => item.Name));
        Assert.All(classes, item => Assert.Equal(40, item.LabelledCount));
        Assert.Equal(100, progress.Highest);
        Assert.Null(await studio.Get<ImageLabeller>().UndoAsync(userId, projectId, CancellationToken.None));
    }

    [Fact]
    public async Task CreateAsync_ByAnAnnotator_IsDenied()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => studio.Get<SampleProject>().CreateAsync(userId, new LastReport(), CancellationToken.None));
    }

    private sealed class LastReport : IProgress<int>
    {
        private readonly Lock _gate = new();

        public int Highest { get; private set; }

        public void Report(int value)
        {
            lock (_gate)
            {
                Highest = Math.Max(Highest, value);
            }
        }
    }
}
