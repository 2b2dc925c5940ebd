using Bunit;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class PredictionListTests : PageTest
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    // Right, wrong, wrong and surer, unsure but right, unsure and wrong; the images themselves were deleted since.
    private static readonly TestPrediction[] Predictions =
    [
        new(1, Hat, Hat, 0.99, null),
        new(2, Hat, Shoe, 0.7, null),
        new(3, Shoe, Hat, 0.95, null),
        new(4, Shoe, Shoe, 0.4, null),
        new(5, Shoe, Hat, 0.45, null),
    ];

    [Theory]
    [InlineData("Worst errors 3", "hat 95 %", "shoe 70 %", "hat 45 %")]
    [InlineData("Least sure 2", "shoe 40 %", "hat 45 %")]
    [InlineData("All 5", "hat 95 %", "shoe 70 %", "hat 45 %", "hat 99 %", "shoe 40 %")]
    public async Task Tab_Chosen_ShowsItsImagesInItsOrder(string tab, params string[] said)
    {
        var list = await ShowAsync();

        list.Do(() => list.FindAll("[role=tab]").Single(button => Plain(button.TextContent) == tab).Click());

        list.WaitForAssertion(() => Assert.Equal(said, Said(list)));
    }

    [Fact]
    public async Task Opened_ShowsTheMostCertainErrorFirst()
    {
        var list = await ShowAsync();

        list.WaitForAssertion(() => Assert.Equal(["hat 95 %", "shoe 70 %", "hat 45 %"], Said(list)));
    }

    private async Task<IRenderedComponent<PredictionList>> ShowAsync()
    {
        await SignInAsync(StudioRole.Viewer);
        var project = await AddProjectAsync("Clothes");
        return Render<PredictionList>(p => p
            .Add(v => v.ProjectId, project.Id)
            .Add(v => v.ModelId, Guid.CreateVersion7())
            .Add(v => v.Predictions, Predictions)
            .Add(v => v.Classes, new Dictionary<Guid, ClassLook> { [Hat] = new(Hat, "hat", "#336699", true), [Shoe] = new(Shoe, "shoe", "#996633", true) }));
    }

    private static IEnumerable<string> Said(IRenderedComponent<PredictionList> list) =>
        list.FindAll("figcaption .right, figcaption .wrong").Select(line => $"{line.QuerySelector("em")!.TextContent} {Plain(line.QuerySelector("b")!.TextContent)}");

    private static string Plain(string text) => text.Replace('\u00a0', ' ').Trim();
}
