using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Promotion;

namespace LabelStudio.Pipeline.Tests.Evaluation;

/// <summary>Three models in a row; all figures can be counted by hand.</summary>
public sealed class BestBeforeTests
{
    private static readonly Guid Owl = Guid.CreateVersion7();
    private static readonly Guid Robin = Guid.CreateVersion7();
    private static readonly Guid Wren = Guid.CreateVersion7();
    private static readonly Guid First = Guid.CreateVersion7();
    private static readonly Guid Second = Guid.CreateVersion7();

    /// <summary>
    /// Owls are the images 1 to 4, robins 5 and 6, wrens 7 and 8. The first model knew owls and robins and was not tested
    /// on image 4; the second had lost two owls, so that against it alone the third seems to have lost nothing.
    /// </summary>
    [Fact]
    public void Of_ClassLostEarlierAlready_IsMeasuredAgainstTheModelThatKnewItBest()
    {
        EarlierModel first = new(Report(First, [Owl, Robin]), [Said(1, Owl, Owl), Said(2, Owl, Owl), Said(3, Owl, Owl), Said(5, Robin, Owl), Said(6, Robin, Robin)]);
        var now = Report(Guid.CreateVersion7(), [Owl, Robin, Wren], [new(Owl, 0.5, 0.5, 4), new(Robin, 1, 0.5, 2), new(Wren, 0.5, 1, 2)]);
        TestPrediction[] said =
        [
            Said(1, Owl, Owl), Said(2, Owl, Robin), Said(3, Owl, Wren), Said(4, Owl, Owl),
            Said(5, Robin, Robin), Said(6, Robin, Wren), Said(7, Wren, Wren), Said(8, Wren, Wren),
        ];

        var forgetting = BestBefore.Of(now, said, [first], []).ToDictionary(item => item.ClassId);

        // Images 1 to 3: 3 of 3 before, 1 of 3 now.
        Assert.Equal((First, 1, 1 / 3.0, 3), (forgetting[Owl].BestModelId, forgetting[Owl].BestRecall, forgetting[Owl].Recall, forgetting[Owl].Support));
        Assert.Equal(2 / 3.0, forgetting[Owl].Forgetting, 1e-12);
        // The first model had one robin right as the third has; the second had both.
        Assert.Equal((Second, 0.5), (forgetting[Robin].BestModelId, forgetting[Robin].Forgetting));
        // Never better: a gain.
        Assert.Equal((Second, -0.5), (forgetting[Wren].BestModelId, forgetting[Wren].Forgetting));
        Assert.Equal(((2 / 3.0) + 0.5 - 0.5) / 3, forgetting.Values.Average(item => item.Forgetting), 1e-12);
    }

    [Fact]
    public void Of_ImageHasAnotherLabelNow_CountsByThatLabel()
    {
        EarlierModel first = new(Report(First, [Owl, Robin]), [Said(1, Owl, Robin)]);

        var robin = Assert.Single(BestBefore.Of(Report(Guid.CreateVersion7(), [Owl, Robin], []), [Said(1, Robin, Owl)], [first], []));

        Assert.Equal((Robin, 1), (robin.ClassId, robin.Forgetting));
    }

    [Fact]
    public void Of_ClassMergedSince_CountsForTheOneThatTookItOver()
    {
        EarlierModel first = new(Report(First, [Owl, Wren]), [Said(1, Owl, Owl), Said(2, Wren, Wren)]);

        var forgetting = BestBefore.Of(
            Report(Guid.CreateVersion7(), [Owl, Wren, Robin], []), [Said(1, Robin, Wren), Said(2, Wren, Wren)], [first], [new RetiredClass(Owl, Robin)]);

        Assert.Equal([(Robin, 1.0), (Wren, 0.0)], forgetting.Select(item => (item.ClassId, item.Forgetting)));
    }

    [Fact]
    public async Task Forgetting_ThirdModelInARow_GoesBackToTheFirst()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await TrainedStudio.AddLabelledAsync(studio);
        var models = studio.Get<ModelRegistry>();
        var first = await TrainedStudio.TrainAsync(studio, classes);
        await models.PromoteAsync(studio.UserId, first, "The first.", TestContext.Current.CancellationToken);
        var second = await TrainAllWrongAsync();
        await models.PromoteAsync(studio.UserId, second, "Worse, for a test.", TestContext.Current.CancellationToken);
        var third = await TrainAllWrongAsync();
        var reports = studio.Get<EvaluationReports>();

        var forgetting = await ForgettingAsync(third);

        Assert.Equal(0, (await reports.GetAsync(studio.UserId, third, TestContext.Current.CancellationToken)).Comparison!.AverageForgetting);
        Assert.Equal(classes.Order(), forgetting.Select(item => item.ClassId).Order());
        Assert.All(forgetting, item => Assert.Equal((first, 1, 10), (item.BestModelId, item.Forgetting, item.Support)));
        Assert.Empty(await ForgettingAsync(first));

        // An older model held against a later one has forgotten nothing of it.
        Assert.Empty(await ForgettingAsync(await WriteEvaluationAsync(second, against: third)));

        // The one between them may be deleted.
        Directory.Delete(studio.Paths.ModelFolder(second), recursive: true);
        var afterwards = await ForgettingAsync(third);
        Assert.All(afterwards, item => Assert.Equal((first, 1), (item.BestModelId, item.Forgetting)));

        async Task<IReadOnlyList<ClassForgetting>> ForgettingAsync(Guid evaluation) => await reports.ForgettingAsync(
            studio.UserId,
            evaluation,
            (await models.ListAsync(studio.UserId, studio.ProjectId, TestContext.Current.CancellationToken)).ToDictionary(item => item.Id, item => item.Number),
            TestContext.Current.CancellationToken);

        async Task<Guid> WriteEvaluationAsync(Guid model, Guid against)
        {
            var own = await reports.GetAsync(studio.UserId, model, TestContext.Current.CancellationToken);
            var folder = Directory.CreateDirectory(studio.Paths.EvaluationFolder(Guid.CreateVersion7()));
            var predictions = await reports.PredictionsAsync(studio.UserId, model, TestContext.Current.CancellationToken);
            EvaluationFiles.Write(folder.FullName, own with { Comparison = own.Comparison! with { ParentModelId = against } }, predictions, []);
            return Guid.Parse(folder.Name);
        }

        Task<Guid> TrainAllWrongAsync() => TrainedStudio.TrainAsync(studio, classes, result => result with
        {
            Test = result.Test with
            {
                Probabilities = TrainedStudio.Flipped(result.Test.Probabilities),
                Before = result.Test.Before! with { Probabilities = result.Assignment.ParentModelId == first ? result.Test.Before.Probabilities : TrainedStudio.Flipped(result.Test.Before.Probabilities) },
            },
        });
    }

    private static TestPrediction Said(long imageId, Guid target, Guid predicted) => new(imageId, target, predicted, 0.9, null);

    private static EvaluationReport Report(Guid modelId, Guid[] classes, ClassChange[]? againstSecond = null) => new()
    {
        ModelVersionId = modelId,
        ProjectId = Guid.Empty,
        RunId = Guid.Empty,
        DatasetSnapshotId = Guid.Empty,
        Classes = [.. classes.Select(id => new ReportClass(id, "A bird", false))],
        Comparison = againstSecond is null ? null : new ParentComparison
        {
            ParentModelId = Second,
            ParentMetrics = ModelEvaluation.Compute([0], [1f, 0f], 2),
            OldClasses = againstSecond,
            BrokenImageIds = [],
            FixedImageIds = [],
        },
    };
}
