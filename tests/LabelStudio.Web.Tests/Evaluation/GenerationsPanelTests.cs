using Bunit;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class GenerationsPanelTests : PageTest
{
    [Fact]
    public void ModelThatGrewTwice_ShowsEachGenerationFromTheVersionThatKnewItFirst()
    {
        var ids = Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7()).ToList();
        var history = new GenerationHistory([1, 3, 4], [new("Model 1", ids[..5], [0.9, 0.875, null]), new("Model 3", ids[5..], [null, 0.5, 0.75])]);

        var view = Render<GenerationsPanel>(parameters => parameters.Add(p => p.History, history).Add(p => p.Name, id => $"c{ids.IndexOf(id)}"));

        Assert.Equal(["Since", "Classes", "Model 1", "Model 3", "Model 4"], view.FindAll("th").Select(cell => cell.TextContent));
        var rows = view.FindAll("tbody tr").Select(row => row.QuerySelectorAll("td").Select(cell => cell.TextContent.Replace('\u00a0', ' '))).ToList();
        Assert.Equal(["Model 1", "c0, c1, c2, c3 and 1 more", "90.0 %", "87.5 %", "–"], rows[0]);
        Assert.Equal(["Model 3", "c5", "–", "50.0 %", "75.0 %"], rows[1]);
        var curves = view.FindComponent<LossChart>().Instance.Series;
        Assert.Equal([(1, 0.9), (3, 0.875)], curves[0].Points.Select(point => (point.X, point.Y!.Value)));
        Assert.Equal([(3, 0.5), (4, 0.75)], curves[1].Points.Select(point => (point.X, point.Y!.Value)));
    }
}
