using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Projects;

public sealed class ProjectCatalogTests
{
    [Fact]
    public async Task ListAsync_CountsImagesLabelsAndClasses()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var projectId = await studio.AddProjectAsync(userId, "Birds");
        await studio.AddProjectAsync(userId, "Ants");
        var images = await studio.AddImageRowsAsync(userId, projectId, 5);
        var owl = await studio.Get<ClassCatalog>().CreateAsync(userId, projectId, new NewClass("Owl"), CancellationToken.None);
        await studio.Get<ImageLabeller>().DecideAsync(
            userId,
            projectId,
            [
                new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, owl.Id),
                new Decision(Guid.NewGuid(), images[1], AnnotationKind.Discard),
                new Decision(Guid.NewGuid(), images[2], AnnotationKind.Flag),
            ],
            CancellationToken.None);

        var projects = await studio.Get<ProjectCatalog>().ListAsync(userId, CancellationToken.None);
        var details = await studio.Get<ProjectCatalog>().GetAsync(userId, projectId, CancellationToken.None);

        Assert.Equal(["Ants", "Birds"], projects.Select(project => project.Name));
        Assert.Equal((0, 0, 0), (projects[0].ImageCount, projects[0].LabelledCount, projects[0].ClassCount));
        Assert.Equal((5, 1, 1), (projects[1].ImageCount, projects[1].LabelledCount, projects[1].ClassCount));
        Assert.Equal((3, 1, 1, 1), (details.UnlabelledCount, details.LabelledCount, details.DiscardedCount, details.FlaggedCount));
        Assert.True(details.Allows(StudioRight.Administer));
    }

    [Fact]
    public async Task UpdateAsync_SplitsThatDoNotAddUp_AreRefused()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var projectId = await studio.AddProjectAsync(userId);

        await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<ProjectCatalog>().UpdateAsync(
            userId, projectId, new ProjectUpdate("x", "", "", 80, 10, 11, QueueOrder.Random, SuggestionSource.LiveHead), CancellationToken.None));
    }

    [Fact]
    public async Task UpdateAsync_ChangesTheSettings()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var projectId = await studio.AddProjectAsync(userId);

        await studio.Get<ProjectCatalog>().UpdateAsync(
            userId, projectId, new ProjectUpdate(" Fish ", "d", "# g", 70, 20, 10, QueueOrder.Random, SuggestionSource.PromotedModel), CancellationToken.None);

        var details = await studio.Get<ProjectCatalog>().GetAsync(userId, projectId, CancellationToken.None);
        Assert.Equal(SuggestionSource.PromotedModel, details.SuggestionSource);
        Assert.Equal(("Fish", "# g", 70, 20, 10, QueueOrder.Random), (
            details.Name, details.Guidelines, details.TrainPercent, details.ValidationPercent, details.TestPercent, details.DefaultOrder));
    }

    [Fact]
    public async Task DeleteAsync_TakesEverythingOfTheProject()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var projectId = await studio.AddProjectAsync(userId);
        var images = await studio.AddImageRowsAsync(userId, projectId, 3);
        var owl = await studio.Get<ClassCatalog>().CreateAsync(userId, projectId, new NewClass("Owl"), CancellationToken.None);
        await studio.Get<ImageLabeller>().DecideAsync(
            userId, projectId, [new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, owl.Id)], CancellationToken.None);

        await studio.Get<ProjectCatalog>().DeleteAsync(userId, projectId, CancellationToken.None);

        await using var db = studio.OpenDatabase();
        Assert.Equal(0, await db.Images.CountAsync() + await db.Annotations.CountAsync() + await db.Classes.CountAsync());
        await Assert.ThrowsAsync<NotFoundException>(
            () => studio.Get<ProjectCatalog>().GetAsync(userId, projectId, CancellationToken.None));
    }

    [Fact]
    public async Task CreateAsync_ByAnAnnotator_IsDenied()
    {
        await using var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => studio.AddProjectAsync(userId));
    }
}
