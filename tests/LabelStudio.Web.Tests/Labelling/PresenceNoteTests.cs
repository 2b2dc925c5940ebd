using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Labelling;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Labelling;

public sealed class PresenceNoteTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Note_SomebodyElseLabels_SaysWhichImageTheyAreOn()
    {
        await SignInAsync(StudioRole.MlLead);
        var other = await AddPersonAsync(StudioRole.Annotator);
        var project = await AddProjectAsync("Together");
        await AddImageAsync(project.Id, "owl.png");
        var queue = Services.GetRequiredService<LabellingQueue>();
        var task = Assert.Single(await queue.TakeAsync(other, project.Id, QueueOrder.Oldest, 1, [], [], Token));
        await queue.ShowAsync(other, project.Id, task.ImageId, Token);

        var note = Render<PresenceNote>(parameters => parameters.Add(part => part.ProjectId, project.Id));

        note.WaitForAssertion(() => Assert.Contains("is on owl.png", note.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.Equal("The Annotator labels too", note.Find("summary").TextContent);
    }
}
