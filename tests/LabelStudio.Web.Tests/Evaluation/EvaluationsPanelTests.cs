using AngleSharp.Dom;
using Bunit;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Pages.Promotion;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Evaluation;

/// <summary>Nothing carries evaluations out here: they wait, as they do on a busy machine.</summary>
public sealed class EvaluationsPanelTests : PageTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluate_ChosenVersionAndModel_WaitsAndIsCancelledAndRenamed()
    {
        var (project, model) = await AddModelsAsync();
        var version = await AddDatasetVersionAsync(project, trainCount: 2, testCount: 7);
        var panel = Show(project, model);

        await panel.InvokeAsync(() => panel.FindAll("form select")[0].Change(version.ToString()));
        await panel.InvokeAsync(() => panel.FindAll("form input")[0].Change("After the re-check"));
        await panel.InvokeAsync(() => panel.Find("form").Submit());

        panel.WaitForAssertion(() => Assert.Contains("waits for its turn", Row(panel).TextContent, StringComparison.Ordinal), Patience);
        Assert.StartsWith("After the re-check", Row(panel).TextContent.Trim(), StringComparison.Ordinal);
        var order = Assert.Single(await Services.GetRequiredService<NamedEvaluations>().ListAsync(UserId, project, model.Id, Token));
        Assert.Equal((version, "After the re-check"), (order.DatasetSnapshotId, order.Name));
        await panel.InvokeAsync(() => Row(panel).QuerySelector("button")!.Click());
        panel.WaitForAssertion(() => Assert.Contains("cancelled", Row(panel).TextContent, StringComparison.Ordinal), Patience);
        await panel.InvokeAsync(() => Row(panel).QuerySelector("[aria-label='Rename After the re-check']")!.Click());
        await panel.InvokeAsync(() => Row(panel).QuerySelector("input")!.Change("Never mind"));
        await panel.InvokeAsync(() => Row(panel).QuerySelector("form")!.Submit());
        panel.WaitForAssertion(() => Assert.StartsWith("Never mind", Row(panel).TextContent.Trim(), StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Panel_OfWhoMayNotTrain_ShowsTheResultsAlone()
    {
        var (project, model) = await AddModelsAsync();

        var panel = Show(project, model, canTrain: false);

        Assert.Empty(panel.FindAll("form"));
        Assert.Contains("When it was made", panel.Find("tbody tr").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateBoth_WithoutTestImages_QueuesNothing()
    {
        var (project, model) = await AddModelsAsync();
        var both = Render<EvaluateBoth>(p => p.Add(v => v.ProjectId, project).Add(v => v.ModelId, model.Id));

        await both.InvokeAsync(() => both.Find("button").Click());

        Assert.Empty(both.FindAll("[role=status]"));
        Assert.Empty(await Services.GetRequiredService<NamedEvaluations>().ListAsync(UserId, project, null, Token));
    }

    private static IElement Row(IRenderedComponent<EvaluationsPanel> panel) => panel.FindAll("tbody tr")[1];

    private IRenderedComponent<EvaluationsPanel> Show(Guid project, ModelSummary model, bool canTrain = true)
    {
        RenderProviders();
        var panel = Render<EvaluationsPanel>(p => p.Add(v => v.ProjectId, project).Add(v => v.Model, model).Add(v => v.ShownId, model.Id).Add(v => v.CanTrain, canTrain));
        panel.WaitForElement("tbody tr", Patience);
        return panel;
    }

    private async Task<(Guid ProjectId, ModelSummary Model)> AddModelsAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        var id = await ReadyModels.AddListedAsync(Services, UserId, project, 1, Token);
        return (project, await Services.GetRequiredService<ModelRegistry>().GetAsync(UserId, id, Token));
    }
}
