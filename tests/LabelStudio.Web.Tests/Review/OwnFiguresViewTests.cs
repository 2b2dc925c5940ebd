using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Review;

public sealed class OwnFiguresViewTests : PageTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task View_OwnAccuracy_IsShownOnlyWhereTheProjectTellsIt(bool tells)
    {
        await SignInAsync(StudioRole.Annotator);
        var project = await AddProjectAsync("Birds");
        await Services.GetRequiredService<QualityPlans>().SetAsync(
            await AddPersonAsync(StudioRole.Administrator),
            new QualityPlan { ProjectId = project.Id, TellsOwnAccuracy = tells },
            TestContext.Current.CancellationToken);

        var view = Render<OwnFiguresView>(parameters => parameters.Add(own => own.ProjectId, project.Id));

        view.WaitForElement("[data-testid=own-figures]", TimeSpan.FromSeconds(10));
        Assert.Equal(tells ? 1 : 0, view.FindAll("[data-testid=own-accuracy]").Count);
    }
}
