using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class RecheckTests
{
    [Fact]
    public async Task TakeMatchingAsync_LabelledBeforeAClassExisted_EmptiesAsImagesAreConfirmed()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[2], lab.Robin);
        var crow = await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("Crow"), CancellationToken.None);
        await lab.LabelAsync(lab.Images[3], lab.Owl);
        var filter = new ImageFilter { LabelledBefore = crow.SinceOntologyVersion };

        var first = await TakeAsync(lab, filter);
        await lab.LabelAsync(lab.Images[0], lab.Owl, first[0].LabelVersion);
        await lab.LabelAsync(lab.Images[2], crow.Id, first[1].LabelVersion);

        Assert.Equal([lab.Images[0], lab.Images[2]], first.Select(task => task.ImageId));
        Assert.Empty(await TakeAsync(lab, filter));
    }

    [Fact]
    public async Task TakeMatchingAsync_FewerThanSelected_GivesTheFirstOfTheChosenOrder()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        var filter = new ImageFilter { Ids = [lab.Images[1], lab.Images[0], lab.Images[3], lab.Images[2]] };

        var tasks = await lab.Queue.TakeMatchingAsync(lab.UserId, lab.ProjectId, filter, null, 2, [], CancellationToken.None);

        Assert.Equal([lab.Images[1], lab.Images[0]], tasks.Select(task => task.ImageId));
    }

    [Fact]
    public async Task TakeMatchingAsync_SelectedImages_AreGivenToOnePersonOnly()
    {
        await using var lab = await LabellingFixture.StartAsync(6);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[1], lab.Owl);
        var filter = new ImageFilter { Ids = [lab.Images[1], lab.Images[4]] };

        var mine = await TakeAsync(lab, filter);
        var theirs = await lab.Queue.TakeMatchingAsync(other, lab.ProjectId, filter, null, 5, [], CancellationToken.None);

        Assert.Equal([(lab.Images[1], ImageState.Labelled), (lab.Images[4], ImageState.Unlabelled)], mine.Select(task => (task.ImageId, task.State)));
        Assert.Empty(theirs);
    }

    [Fact]
    public async Task RecheckQueue_ForALaterClass_GivesOnlyEarlierLabelsAndCountsThem()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        var crow = await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("Crow"), CancellationToken.None);
        await lab.LabelAsync(lab.Images[1], lab.Owl);

        var tasks = await lab.Studio.Get<RecheckQueue>().TakeAsync(lab.UserId, lab.ProjectId, crow.Id, 5, [], CancellationToken.None);

        Assert.Equal([lab.Images[0]], tasks.Tasks.Select(task => task.ImageId));
        Assert.Equal(1, tasks.Left);
    }

    private static Task<IReadOnlyList<LabellingTask>> TakeAsync(LabellingFixture lab, ImageFilter filter) =>
        lab.Queue.TakeMatchingAsync(lab.UserId, lab.ProjectId, filter, null, 5, [], CancellationToken.None);
}
