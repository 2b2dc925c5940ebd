using LabelStudio.EndToEnd.Tests.Hosting;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed class TogetherTests(SharedServer server)
{
    [Fact]
    public async Task Labelling_SeveralInvitedPeopleAtOnce_ShareTheImagesWithoutOverlapOrLoss()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 4, imagesPerClass: 40);
        await using var lead = await StudioSession.StartAsync(server, cancel);
        await using var team = await StudioTeam.InviteAsync(lead, people: 4);
        var project = await lead.Steps.CreateLabellingProjectAsync("Together", photos);
        // The lead's own tab gives back what it held.
        await lead.Steps.GoAsync(project, "classes");

        // Where requests overtake each other: what one gives back late may be on screen again.
        // Requests may overtake each other: what is given back late may be on screen again.
        foreach (var member in team.Members)
        {
            await member.Page.RouteAsync("**/labelling/release", async route =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
                await route.ContinueAsync();
            });
        }

        var pressed = await team.LabelAsync(project, photos.Keys);

        // An image handed out twice would be labelled twice: more keys than images.
        Assert.Equal(160, pressed.Sum());
        Assert.Equal(160, await lead.Steps.LabelledCountAsync(project));
        Assert.True(pressed.Min() > 0, "Somebody got no image at all.");
        Assert.Empty(team.Errors);
        Assert.DoesNotContain("database is locked", lead.Server.Log, StringComparison.OrdinalIgnoreCase);
    }
}
