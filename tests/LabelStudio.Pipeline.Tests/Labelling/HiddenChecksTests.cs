using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class HiddenChecksTests
{
    [Fact]
    public async Task TakeAsync_EveryFourthImage_IsAKnownOneThatLooksLikeTheOthersAndKeepsItsLabel()
    {
        await using var lab = await LabellingFixture.StartAsync(9);
        var known = lab.Images[8];
        await lab.LabelAsync(known, lab.Owl);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, known, CancellationToken.None);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 25 }, CancellationToken.None);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");

        var order = new List<long>();
        for (var label = 0; label < 8; label++)
        {
            var task = Assert.Single(await lab.TakeAsync(annotator, 1));
            Assert.Equal((ImageState.Unlabelled, null), (task.State, task.ClassId));
            order.Add(task.ImageId);
            await lab.LabelAsync(task.ImageId, lab.Robin, task.LabelVersion, annotator);
        }

        Assert.Equal(known, order[3]);
        Assert.Single(order, image => image == known);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(known)).LabelClassId);
        var figures = (await ActivatorUtilities.CreateInstance<AnnotatorStatistics>(lab.Studio.Services)
            .ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).Single(person => person.UserName == "Bea");
        Assert.Equal((1, 0.0), (figures.Checks, figures.CheckAccuracy));
    }

    [Fact]
    public async Task AddAsync_ImageWithoutLabel_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None));
    }

    [Fact]
    public async Task IsKnownAsync_AskedByAnAnnotator_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => lab.Studio.Get<KnownImages>().IsKnownAsync(annotator, lab.ProjectId, lab.Images[0], CancellationToken.None));
    }
}
