using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class ClassExamplesTests
{
    [Fact]
    public async Task ListAsync_ChosenImages_TakeThePlaceOfStandIns()
    {
        await using var lab = await LabellingFixture.StartAsync(12);
        foreach (var image in lab.Images)
        {
            await lab.LabelAsync(image, lab.Owl);
        }

        var examples = lab.Studio.Get<ClassExamples>();
        var before = await examples.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        await examples.AddAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Images[3], false, CancellationToken.None);
        await examples.AddAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Images[5], true, CancellationToken.None);

        var after = await examples.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

        Assert.All(before, example => Assert.False(example.IsChosen));
        Assert.Equal(
            [(lab.Images[3], false), (lab.Images[5], true)],
            after.Where(example => example.ClassId == lab.Owl).Select(example => (example.ImageId, example.IsCounterExample)));
    }

    [Fact]
    public async Task AddAsync_ByAnAnnotator_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.Studio.Get<ClassExamples>()
            .AddAsync(annotator, lab.ProjectId, lab.Owl, lab.Images[0], false, CancellationToken.None));
    }

    [Fact]
    public async Task AddAsync_MoreThanFit_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(ClassExamples.MostOfAClass + 1);
        var examples = lab.Studio.Get<ClassExamples>();
        foreach (var image in lab.Images.SkipLast(1))
        {
            await examples.AddAsync(lab.UserId, lab.ProjectId, lab.Robin, image, false, CancellationToken.None);
        }

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => examples.AddAsync(lab.UserId, lab.ProjectId, lab.Robin, lab.Images[^1], false, CancellationToken.None));
    }
}
