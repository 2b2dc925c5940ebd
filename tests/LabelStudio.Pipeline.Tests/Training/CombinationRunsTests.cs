using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>Three classes and the combination of the first two; later a third one with either joins.</summary>
public sealed class CombinationRunsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("combinations-").FullName;

    /// <summary>The same at each run: drawn embeddings follow from the ids.</summary>
    private readonly Guid[] _ids = [.. Enumerable.Range(1, 7).Select(number => new Guid(number, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))];
    private readonly Dictionary<Guid, Guid[]> _members;

    public CombinationRunsTests() => _members = new() { [_ids[3]] = [_ids[0], _ids[1]], [_ids[4]] = [_ids[1], _ids[2]], [_ids[6]] = [_ids[2], _ids[5]] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string ParentFolder => Path.Combine(_folder, "parent-model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Execute_Combination_IsTheSumOfItsClassesAndTheModelSaysOfWhich()
    {
        var (result, _) = await TrainParentAsync();

        var manifest = ModelFolder.Read(ParentFolder);
        Assert.Equal<IReadOnlyList<Guid>?>([null, null, null, _members[_ids[3]]], [.. manifest.Classes.Select(item => item.MemberIds)]);
        var combined = CombinedRows.Of(result.Head.Classes, _members.GetValueOrDefault)!;
        Assert.Equal(combined.WithSums(result.Head, from: 0).Weight, ModelFolder.ReadHead(ParentFolder).Weight);
        Assert.True(manifest.Test?.Accuracy > 0.85, $"accuracy {manifest.Test?.Accuracy}");
    }

    [Fact]
    public async Task Start_OnlyACombinationOfOldClassesIsNew_SumsTheirRowsAndIsNoClassIncrement()
    {
        var (parent, _) = await TrainParentAsync();
        Guid[] now = [.. _ids[..5]];
        List<string> log = [];
        var start = Start(now, parent.Assignment.ModelId);

        var head = start.HeadFor(sums: null, log.Add);

        Assert.False(start.HasNewClasses);
        Assert.Equal(parent.Head.Weight, head.Weight[..parent.Head.Weight.Length]);
        Assert.Equal(parent.Head.Bias, head.Bias[..4]);
        Assert.Equal(start.Combined!.WithSums(head, from: 0).Weight, head.Weight);
        Assert.Equal(_members[_ids[4]], start.Entries[4].MemberIds);
        // A handful of images a class would keep the backbone still if a class joined.
        Assert.Null(start.WhyBackboneStaysStill(Dataset(now, [3, 3, 3, 3, 3])));
        Assert.Equal("Starting from the promoted model: classes kept as they are: 3, combinations of them: 1; new classes: 0, new combinations: 1.", Assert.Single(log));
    }

    /// <summary>With the combinations each of the three old classes has 22 images or more; a label has ten on average.</summary>
    [Fact]
    public async Task WhyBackboneStaysStill_CombinationsAreRare_JudgesByTheImagesOfClasses()
    {
        var (parent, _) = await TrainParentAsync();
        var start = Start(_ids, parent.Assignment.ModelId);

        Assert.Null(start.WhyBackboneStaysStill(Dataset(_ids, [21, 20, 20, 1, 1, 5, 1])));
        // The second old class is shown with others alone: it is not lost.
        Assert.Null(start.WhyBackboneStaysStill(Dataset(_ids, [40, 0, 40, 1, 30, 5, 1])));
        Assert.StartsWith("No training image of 1 of the 3 classes", start.WhyBackboneStaysStill(Dataset(_ids, [40, 0, 40, 0, 0, 5, 1])), StringComparison.Ordinal);
        // 40 images alone and 40 in the combination went down to two.
        Assert.StartsWith("Of 1 of the 3 classes", start.WhyBackboneStaysStill(Dataset(_ids, [60, 1, 60, 1, 0, 5, 1])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Execute_ClassJoinsWithFewOldImages_ExtendsTheHeadByItsRowAndKeepsWhatItKnows()
    {
        var (parent, _) = await TrainParentAsync();

        var result = await TrainedModels.TrainAsync(
            TrainedModels.Assign(_ids, parent.Assignment.ModelId, members: _members) with { Plan = TrainingPlan.Balanced },
            new MemoryRunFiles(_ids, 6, 5, ParentFolder) { Members = _members },
            Path.Combine(_folder, "child-model"));

        Assert.StartsWith("Only", result.InsteadOfPlan, StringComparison.Ordinal);
        Assert.Equal(parent.Head.Weight, result.Head.Weight[..parent.Head.Weight.Length]);
        Assert.Equal(CombinedRows.Of(result.Head.Classes, _members.GetValueOrDefault)!.WithSums(result.Head, from: 0).Weight, result.Head.Weight);
        Assert.Contains(result.Head.Row(5).ToArray(), weight => weight != 0);
    }

    private async Task<(RunResult Result, MemoryRunFiles Files)> TrainParentAsync()
    {
        var files = new MemoryRunFiles(_ids[..4], 40, 10) { Members = _members };
        return (await TrainedModels.TrainAsync(TrainedModels.Assign(_ids[..4], members: _members), files, ParentFolder), files);
    }

    private RunStart Start(Guid[] ids, Guid parentId) =>
        new(TrainedModels.Assign(ids, parentId, members: _members) with { Plan = TrainingPlan.Balanced }, TrainedModels.OptionsIn(_folder), ParentModel.Open(ParentFolder), extractor: null);

    private DatasetManifest Dataset(Guid[] ids, int[] trainCounts)
    {
        long next = 0;
        return new(
            Guid.CreateVersion7(), Guid.CreateVersion7(), 1,
            [.. ids.Select(id => new DatasetClass(id, "name") { MemberIds = _members.GetValueOrDefault(id) })],
            [.. ids.Zip(trainCounts).SelectMany(pair => Enumerable.Range(0, pair.Second).Select(_ => new DatasetEntry(++next, "", ".png", pair.First, Split.Train)))]);
    }
}
