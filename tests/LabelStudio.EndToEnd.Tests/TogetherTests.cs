using LabelStudio.EndToEnd.Tests.Hosting;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed class TogetherTests
{
    [Fact]
    public async Task Labelling_SeveralInvitedPeopleAtOnce_ShareTheImagesWithoutOverlapOrLoss()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 4, imagesPerClass: 20);
        await using var lead = await StudioSession.StartWithoutTrainerAsync(cancel);
        await using var team = await StudioTeam.InviteAsync(lead, people: 4);
        var project = await lead.Steps.CreateLabellingProjectAsync("Together", photos);
        // The lead's own tab gives back what it held.
        await lead.Steps.GoAsync(project, "classes");

        var pressed = await team.LabelAsync(project, photos.Keys);

        // An image handed out twice would be labelled twice: more keys than images.
        Assert.Equal(80, pressed.Sum());
        Assert.Equal(80, await lead.Steps.LabelledCountAsync(project));
        Assert.True(pressed.Min() > 0, "Somebody got no image at all.");
        Assert.Empty(team.Errors);
        Assert.DoesNotContain("database is locked", lead.Server.Log, StringComparison.OrdinalIgnoreCase);
    }
}
