using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>Images that have several classes: found, counted, shown as examples, checked again when a class joins.</summary>
public sealed class SeveralClassesFindTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private LabellingFixture _lab = null!;

    private Guid Owl => _lab.Owl;

    private Guid Robin => _lab.Robin;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabellingFixture.StartAsync(6);
        await SeveralClasses.TakeAsync(_lab);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Filter_ByClassCombinationOrNone_FindsAsManyAsItsCountSays()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl], [Owl, Robin], [Robin, Owl], [Robin], []);
        var classes = (await _lab.Classes.ListAsync(_lab.UserId, _lab.ProjectId, None)).ToDictionary(item => item.Name);

        async Task<IReadOnlyList<long>> FindAsync(string name)
        {
            var found = await _lab.Studio.Get<ImageLibrary>().IdsAsync(
                _lab.UserId, _lab.ProjectId, new ImageFilter { ClassId = classes[name].Id, Sort = ImageSort.Oldest }, None);
            Assert.Equal(found.Count, classes[name].LabelledCount);
            return found;
        }

        Assert.Equal(_lab.Images[..3], await FindAsync("Owl"));
        Assert.Equal(_lab.Images[1..4], await FindAsync("Robin"));
        Assert.Equal(_lab.Images[1..3], await FindAsync("Owl + Robin"));
        Assert.Equal(_lab.Images[4..5], await FindAsync("No class"));
    }

    [Fact]
    public async Task CountSelectedAsync_SeveralLabels_CountsEachImageOnceByItsLabel()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl], [Owl, Robin], [Robin, Owl], []);
        await _lab.DecideAsync(_lab.Images[4], AnnotationKind.Discard);

        var counts = await _lab.Studio.Get<ImageLibrary>().CountSelectedAsync(_lab.UserId, _lab.ProjectId, _lab.Images, None);

        var both = (await _lab.ImageAsync(_lab.Images[1])).LabelClassId!.Value;
        Assert.Equal((4, 1, 1), (counts.Labelled, counts.Unlabelled, counts.Discarded));
        Assert.Equal((1, 2), (counts.ByClass[Owl], counts.ByClass[both]));
        Assert.Equal(3, counts.ByClass.Count);
    }

    [Fact]
    public async Task Examples_OfAClassThatNoImageShowsAlone_ArePicturesWithOthers()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl], [Owl, Robin], [Robin, Owl], [Owl, Robin]);
        await TrainOnAllAsync();

        var examples = await _lab.Studio.Get<ClassExamples>().ListAsync(_lab.UserId, _lab.ProjectId, None);

        Assert.Equal([_lab.Images[0]], Of(examples, Owl));
        Assert.Equal([_lab.Images[1], _lab.Images[3]], Of(examples, Robin));
    }

    [Fact]
    public async Task Example_OfOneClassOfAnImage_IsPinnedInTheDataset()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl, Robin], [Owl, Robin], [Owl], [Robin]);
        var examples = _lab.Studio.Get<ClassExamples>();
        await examples.AddAsync(_lab.UserId, _lab.ProjectId, Robin, _lab.Images[0], false, None);
        await examples.AddAsync(_lab.UserId, _lab.ProjectId, Robin, _lab.Images[1], true, None);
        await examples.AddAsync(_lab.UserId, _lab.ProjectId, Robin, _lab.Images[2], false, None);
        await examples.AddAsync(_lab.UserId, _lab.ProjectId, Robin, _lab.Images[3], false, None);
        var versions = _lab.Studio.Get<DatasetVersions>();

        var entries = (await versions.ReadAsync(_lab.UserId, _lab.ProjectId, await versions.FreezeAsync(_lab.UserId, _lab.ProjectId, None), None)).Entries;

        Assert.Equal([_lab.Images[0], _lab.Images[3]], entries.Where(entry => entry.IsExample).Select(entry => entry.ImageId));
    }

    [Fact]
    public async Task AddAsync_ExampleOfACombination_IsRefused()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl, Robin]);
        var both = (await _lab.ImageAsync(_lab.Images[0])).LabelClassId!.Value;

        await Assert.ThrowsAsync<NotFoundException>(
            () => _lab.Studio.Get<ClassExamples>().AddAsync(_lab.UserId, _lab.ProjectId, both, _lab.Images[0], false, None));
    }

    [Fact]
    public async Task Recheck_AClassThatJoins_IsAddedToEarlierImagesUntilNoneIsLeft()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl], [Owl, Robin], []);
        var crow = await _lab.AddClassAsync("Crow");
        await SeveralClasses.LabelEachAsync(_lab, null, null, null, [Owl, crow]);

        var before = await TakeAsync(crow);
        await _lab.Labeller.DecidePartsAsync(
            _lab.UserId, _lab.ProjectId, [new([_lab.Images[0], _lab.Images[1]], null) { ClassIds = [crow], Change = SetChange.Add }], AnnotationKind.Label, false, null, None);
        await _lab.DecideAsync(new Decision(Guid.NewGuid(), _lab.Images[2], AnnotationKind.Label) { ClassIds = [] });
        var after = await TakeAsync(crow);

        Assert.Equal(_lab.Images[..3], before.Tasks.Select(task => task.ImageId));
        Assert.Equal((3, 0), (before.Left, after.Left));
        Assert.Equal(["Owl + Crow", "Owl + Robin + Crow", "No class", "Owl + Crow"], await SeveralClasses.LabelsAsync(_lab, _lab.Images[..4]));
    }

    [Fact]
    public async Task Recheck_ACombinationThatIsMadeLater_IsNoNewClass()
    {
        await SeveralClasses.LabelEachAsync(_lab, [Owl]);
        var version = (await _lab.Studio.Get<ProjectCatalog>().GetAsync(_lab.UserId, _lab.ProjectId, None)).OntologyVersion;
        await SeveralClasses.LabelEachAsync(_lab, null, [Owl, Robin]);
        var both = (await _lab.ImageAsync(_lab.Images[1])).LabelClassId!.Value;

        Assert.Equal(version, (await _lab.Studio.Get<ProjectCatalog>().GetAsync(_lab.UserId, _lab.ProjectId, None)).OntologyVersion);
        Assert.Equal(0, await _lab.Studio.Get<ImageLibrary>().CountAsync(_lab.UserId, _lab.ProjectId, new ImageFilter { LabelledBefore = version }, None));
        await Assert.ThrowsAsync<NotFoundException>(() => TakeAsync(both));
    }

    private static IEnumerable<long> Of(IEnumerable<ClassExampleInfo> examples, Guid classId) =>
        examples.Where(example => example.ClassId == classId).Select(example => example.ImageId);

    private Task<RecheckTasks> TakeAsync(Guid classId) =>
        _lab.Studio.Get<RecheckQueue>().TakeAsync(_lab.UserId, _lab.ProjectId, classId, 5, [], None);

    /// <summary>Which images are for training their content decides.</summary>
    private async Task TrainOnAllAsync() =>
        await _lab.Studio.Get<SplitMoves>().MoveAsync(_lab.UserId, _lab.ProjectId, _lab.Images, Split.Train, None);
}
