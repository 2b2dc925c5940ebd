using Bunit;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Training;

public sealed class ExemplarsPanelTests : PageTest
{
    private const int OfFirst = 26, OfSecond = 2;
    private readonly List<long> _images = [];
    private Guid _run;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Panel_TwoClasses_ShowsTheFirstOfEachAndAllWhenAsked()
    {
        await AddRunAsync();
        Get<TrainingMonitor>().Append(_run, [new ExemplarsChosen { ImageIds = _images }]);

        var panel = Show();

        panel.WaitForAssertion(() => Assert.Equal(["hat 26", "shoe 2"], panel.FindAll("h3").Select(item => item.TextContent.Trim())));
        Assert.Contains("28 images", panel.Find("summary").TextContent, StringComparison.Ordinal);
        Assert.Equal(24 + OfSecond, panel.FindAll("img").Count);
        Assert.Equal(["example"], panel.FindAll(".image-tile-caption").Select(item => item.TextContent.Trim()));
        panel.Do(() => panel.Find("button").Click());
        Assert.Equal(OfFirst + OfSecond, panel.FindAll("img").Count);
        Assert.Empty(panel.FindAll("button"));
        Assert.DoesNotContain("can't be shown", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Panel_Combinations_StandFoldedBehindTheClasses()
    {
        await AddRunAsync();
        Get<TrainingMonitor>().Append(_run, [new ExemplarsChosen { ImageIds = _images }]);
        var hat = (await Get<RunExemplars>().ReadAsync(UserId, _run, Token)).First(image => image.ClassName == "hat").ClassId;

        var panel = Render<ExemplarsPanel>(p => p.Add(v => v.RunId, _run).Add(v => v.Count, _images.Count).Add(v => v.Combinations, new HashSet<Guid> { hat }));

        panel.WaitForAssertion(() => Assert.Equal(["shoe 2", "hat 26"], panel.FindAll("h3").Select(item => item.TextContent.Trim())));
        var folded = panel.Find("[data-testid=combinations]");
        Assert.Equal("1 combination of classes 26 images", folded.QuerySelector("summary")!.TextContent.Trim());
        Assert.Equal("hat 26", Assert.Single(folded.QuerySelectorAll("h3")).TextContent.Trim());
    }

    [Fact]
    public async Task Panel_ImagesDeletedSince_SaysHowManyAreNotShown()
    {
        await AddRunAsync();
        Get<TrainingMonitor>().Append(_run, [new ExemplarsChosen { ImageIds = [.. _images[^2..], 999_998, 999_999] }]);

        var panel = Show();

        panel.WaitForAssertion(() => Assert.Contains("2 images can't be shown here", panel.Markup, StringComparison.Ordinal));
        Assert.Equal(2, panel.FindAll("img").Count);
    }

    [Fact]
    public async Task Panel_AllOldImagesAreShown_IsAbsent()
    {
        await AddRunAsync();

        Assert.Empty(Show().Markup.Trim());
    }

    private T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    private IRenderedComponent<ExemplarsPanel> Show() =>
        Render<ExemplarsPanel>(p => p.Add(v => v.RunId, _run).Add(v => v.Count, Get<TrainingMonitor>().Snapshot(_run).ExemplarIds.Count));

    /// <summary>A run on a frozen dataset version of two classes; the first class shows an image as its example.</summary>
    private async Task AddRunAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        Guid[] classes = [await AddClassAsync(project, "hat"), await AddClassAsync(project, "shoe")];
        for (var number = 1; number <= OfFirst + OfSecond; number++)
        {
            _images.Add(await AddImageAsync(project, $"{number}.png"));
        }
        await Get<ImageLabeller>().DecideAsync(
            UserId, project, [.. _images.Select((image, index) => new Decision(Guid.NewGuid(), image, AnnotationKind.Label, classes[index < OfFirst ? 0 : 1]))], Token);
        await Get<ClassExamples>().AddAsync(UserId, project, classes[0], _images[3], isCounterExample: false, Token);
        var version = await Get<DatasetSnapshots>().CreateAsync(project, Token);
        _run = await ReadyModels.AddListedAsync(Services, UserId, project, 1, Token);
        await Get<StudioWriter>().WriteAsync(
            (db, token) => db.TrainingRuns.Where(run => run.Id == _run).ExecuteUpdateAsync(row => row.SetProperty(run => run.DatasetSnapshotId, version.Id), token), Token);
    }

    private async Task<Guid> AddClassAsync(Guid project, string name) =>
        (await Get<ClassCatalog>().CreateAsync(UserId, project, new NewClass(name), Token)).Id;
}
