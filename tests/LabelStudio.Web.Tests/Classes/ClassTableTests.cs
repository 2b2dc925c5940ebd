using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Classes;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Classes;

/// <summary>What the table says about each class: whether it has enough labels to be learned, and what waits for a second look.</summary>
public sealed class ClassTableTests : PageTest
{
    [Theory]
    [InlineData(0, "not in the next run")]
    [InlineData(4, "few labels")]
    [InlineData(5, "10 more would help")]
    [InlineData(14, "1 more would help")]
    [InlineData(15, null)]
    public async Task Badge_ByLabels_SaysWhetherTheClassIsReady(int labelled, string? expected)
    {
        await SignInAsync(StudioRole.MlLead);

        var table = RenderTable(Class("Owl", labelled));

        Assert.Equal(expected is null ? [] : new[] { expected }, table.FindAll(".badge").Select(badge => badge.TextContent));
    }

    [Fact]
    public async Task Badge_LeftOutOfTraining_SaysThatInsteadOfAskingForMore()
    {
        await SignInAsync(StudioRole.MlLead);

        var table = RenderTable(Class("Owl", 2) with { IsLeftOutOfTraining = true, IsNegative = true });

        Assert.Equal(["none of these", "left out of training"], table.FindAll(".badge").Select(badge => badge.TextContent));
    }

    [Fact]
    public async Task Row_ImagesLabelledBeforeTheClassExisted_LeadsToTheirSecondLook()
    {
        await SignInAsync(StudioRole.MlLead);
        var owl = Class("Owl", 20);

        var table = RenderTable(owl, older: 7);

        var link = table.Find(".class-older");
        Assert.Equal("Check 7 images labelled before it existed", link.TextContent);
        Assert.EndsWith($"/label?recheck={owl.Id}", link.GetAttribute("href"), StringComparison.Ordinal);
    }

    private IRenderedComponent<ClassTable> RenderTable(ClassInfo item, int older = 0) => Render<ClassTable>(parameters => parameters
        .Add(table => table.Classes, [item])
        .Add(table => table.ProjectId, Guid.NewGuid())
        .Add(table => table.CanLabel, true)
        .Add(table => table.Older, new Dictionary<Guid, int> { [item.Id] = older }));

    private static ClassInfo Class(string name, int labelled) =>
        new(Guid.NewGuid(), name, "#2f6fed", "1", 0, "", false, null, DateTime.UnixEpoch, 1, labelled);
}
