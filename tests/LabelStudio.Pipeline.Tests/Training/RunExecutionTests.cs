using LabelStudio.Learning.Inference;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class RunExecutionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("execution-").FullName;
    /// <summary>The same at each run: drawn embeddings follow from the ids.</summary>
    private readonly Guid[] _classes = [.. Enumerable.Range(1, 4).Select(number => new Guid(number, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string ParentFolder => Path.Combine(_folder, "parent-model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Execute_FirstTraining_LearnsAndPacksAWholeModel()
    {
        var result = await TrainedModels.TrainAsync(TrainedModels.Assign(_classes[..2]), new MemoryRunFiles(_classes[..2], 40, 10), ParentFolder);

        var manifest = ModelFolder.Read(ParentFolder);
        Assert.Equal(_classes[..2], manifest.ClassIndices.ClassIds);
        Assert.Equal([40, 40], manifest.Classes.Select(entry => entry.Images!.Value));
        Assert.Equal(20, manifest.Test?.Count);
        Assert.True(manifest.Test?.Accuracy > 0.9);
        Assert.Equal(result.Temperature, manifest.Temperature);
        Assert.Contains(EvaluationFiles.ReportFile, manifest.FileHashes.Keys);
        var report = await EvaluationFiles.ReadReportAsync(ParentFolder, Token);
        Assert.Null(report!.Comparison);
        Assert.Equal(20, (await EvaluationFiles.ReadPredictionsAsync(ParentFolder, Token)).Count);
        using var predictor = ModelPredictor.Open(ParentFolder, 1);
        Assert.Equal(1, predictor.Predict(TestImages.Png(1)).Sum(), 1e-4);
    }

    [Fact]
    public async Task Start_FromAParent_KeepsOldRowsBitForBitAndFillsNewOnes()
    {
        var parentAssignment = TrainedModels.Assign(_classes[..2]);
        var parentResult = await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..2], 40, 5), ParentFolder);
        // The first class was archived since: it has no images and is not among the run's classes, but keeps its index.
        Guid[] now = [_classes[1], _classes[2]];
        var start = new RunStart(TrainedModels.Assign(now, parentAssignment.ModelId), TrainedModels.OptionsIn(_folder), ParentModel.Open(ParentFolder), extractor: null);
        var files = new MemoryRunFiles(now, 40, 5);
        var dataset = await files.ReadDatasetAsync(Token);
        var embeddings = new Dictionary<long, float[]>();
        await files.ReadEmbeddingsAsync(start.Key, start.EmbeddingSize, dataset.Entries, (entry, numbers) => embeddings[entry.ImageId] = numbers, Token);
        var (_, train) = RunData.Select(dataset.Entries, Split.Train, start.Classes, embeddings, start.EmbeddingSize);

        var head = start.HeadFor(start.SumsOf(train), _ => { });

        Assert.Equal([_classes[0], _classes[1], _classes[2]], head.Classes.ClassIds);
        Assert.Equal(parentResult.Head.Weight, head.Weight[..parentResult.Head.Weight.Length]);
        Assert.Equal(parentResult.Head.Bias, head.Bias[..2]);
        Assert.True(head.Row(2).ContainsAnyExcept(0f));
    }

    [Fact]
    public async Task Execute_WithANewClass_ComparesOldAndNewClassesOnTheSameImages()
    {
        var parentAssignment = TrainedModels.Assign(_classes[..3]);
        await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..3], 40, 10), ParentFolder);
        var childFolder = Path.Combine(_folder, "child-model");

        await TrainedModels.TrainAsync(
            TrainedModels.Assign(_classes, parentAssignment.ModelId), new MemoryRunFiles(_classes, 40, 10, ParentFolder), childFolder);

        var report = (await EvaluationFiles.ReadReportAsync(childFolder, Token))!;
        var comparison = report.Comparison!;
        Assert.Equal([false, false, false, true], report.Classes.Select(item => item.IsNew));
        Assert.Equal(parentAssignment.ModelId, comparison.ParentModelId);
        Assert.Equal(3, comparison.OldClasses.Count);
        Assert.True(comparison.OldClassesBefore > 0.9);
        Assert.True(comparison.OldClassesAfter > 0.9);
        Assert.True(comparison.NewClassesAfter > 0.9);
        Assert.Equal(0, comparison.ParentMetrics.Classes[3].Recall);
        Assert.Equal(40, report.Metrics!.Count);
    }

    [Fact]
    public async Task Execute_FewOldImages_ExtendsTheHeadInsteadOfTrainingTheBackboneAndSaysWhy()
    {
        var parentAssignment = TrainedModels.Assign(_classes[..3]);
        var parent = await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..3], 40, 10), ParentFolder);
        var events = new List<TrainingEvent>();

        var result = await new RunExecution(new MemoryRunFiles(_classes, 20, 5, ParentFolder), TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes, parentAssignment.ModelId) with { Plan = TrainingPlan.Balanced },
            TrainedModels.OptionsIn(_folder), events.Add, new RunStop(CancellationToken.None, CancellationToken.None), Token);

        Assert.Equal(parent.Head.Weight, result!.Head.Weight[..parent.Head.Weight.Length]);
        Assert.Equal((TrainedLayers.HeadOnly, parent.SidePx, true), (result.Assignment.Plan.Layers, result.SidePx, result.BackboneIsPretrained));
        Assert.Contains(events.OfType<LogWritten>(), line => line.Text.StartsWith("Only 20 images of a class", StringComparison.Ordinal));
        Assert.StartsWith("Only 20 images of a class", Assert.Single(events.OfType<RunStarted>()).InsteadOfPlan, StringComparison.Ordinal);
        Assert.StartsWith("Only 20 images of a class", result.InsteadOfPlan, StringComparison.Ordinal);
        Assert.Equal(StopReason.Completed, Assert.Single(events.OfType<RunEnded>()).Reason);
        Assert.Equal(20, result.Test.Targets.Length);
    }

    [Fact]
    public async Task Execute_OnlyNewImagesLeft_ExtendsTheHeadAndKeepsWhatItKnows()
    {
        var parentAssignment = TrainedModels.Assign(_classes[..3]);
        var parent = await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..3], 40, 10), ParentFolder);
        var child = Path.Combine(_folder, "child-model");
        var assignment = TrainedModels.Assign(_classes[3..], parentAssignment.ModelId);

        var result = await TrainedModels.TrainAsync(
            assignment with { Plan = TrainingPlan.Balanced }, new MemoryRunFiles(_classes[3..], 15, 5, ParentFolder), child);

        Assert.Equal(_classes, result.Head.Classes.ClassIds);
        Assert.Equal(parent.Head.Weight, result.Head.Weight[..parent.Head.Weight.Length]);
        Assert.Equal(parent.Head.Bias, result.Head.Bias[..3]);
        Assert.Equal(parent.Temperature, result.Temperature);
        Assert.StartsWith("No training image of the classes", ModelFolder.Read(child).InsteadOfPlan, StringComparison.Ordinal);
        // The test images of the parent, which the run never saw, and those of the new class.
        foreach (var classId in _classes)
        {
            var right = await RightAsync(result.Head, classId);
            Assert.True(right >= 0.9, $"{right:f2} of class {Array.IndexOf(_classes, classId)} are right");
        }
        // The child can be extended in the same way: its sums hold all four classes.
        Assert.Equal(_classes.Order(), ModelFolder.ReadClosedForm(child)!.CountsByClass.Keys.Order());
    }

    /// <summary>Of three old classes the second has lost its images, or 20 of each are shown: either way nothing of the old ones may go.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_AnOldClassIsLostOrABudgetIsSmall_ExtendsTheHeadAndKeepsWhatItKnows(bool isLost)
    {
        var parentAssignment = TrainedModels.Assign(_classes[..3]);
        var parent = await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..3], 40, 10), ParentFolder);
        var plan = isLost ? TrainingPlan.Balanced : TrainingPlan.Balanced with { Rehearsal = RehearsalMemory.Herding, ExemplarsPerClass = 20 };

        var result = await TrainedModels.TrainAsync(
            TrainedModels.Assign(_classes, parentAssignment.ModelId) with { Plan = plan },
            new MemoryRunFiles(_classes, 40, 5, ParentFolder, lost: isLost ? _classes[1] : null),
            Path.Combine(_folder, "child-model"));

        Assert.StartsWith(isLost ? "No training image of 1 of the 3 classes" : "Only 20 images of a class", result.InsteadOfPlan, StringComparison.Ordinal);
        Assert.Equal(parent.Head.Weight, result.Head.Weight[..parent.Head.Weight.Length]);
        Assert.Equal(parent.Head.Bias, result.Head.Bias[..3]);
        foreach (var classId in _classes)
        {
            var right = await RightAsync(result.Head, classId);
            Assert.True(right >= 0.9, $"{right:f2} of class {Array.IndexOf(_classes, classId)} are right");
        }
    }

    [Fact]
    public async Task Execute_HeadOnlyWithALostOldClass_IsShownWhatTheModelKeepsOfItAndStillKnowsIt()
    {
        var parentAssignment = TrainedModels.Assign(_classes[..3]);
        await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..3], 40, 10), ParentFolder);
        var events = new List<TrainingEvent>();

        var result = (await new RunExecution(new MemoryRunFiles(_classes, 40, 5, ParentFolder, lost: _classes[1]), ComputeDevice.Cpu, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes, parentAssignment.ModelId), TrainedModels.OptionsIn(_folder), events.Add, new RunStop(CancellationToken.None, CancellationToken.None), Token))!;

        Assert.Null(result.InsteadOfPlan);
        // 40 images of each of the three others, and 40 drawn ones of the lost class.
        Assert.Equal(160, events.OfType<RunStarted>().Single().TrainCount);
        Assert.Contains(events.OfType<LogWritten>(), line => line.Text.Contains("40 embeddings drawn", StringComparison.Ordinal));
        foreach (var classId in _classes)
        {
            var right = await RightAsync(result.Head, classId);
            Assert.True(right >= 0.9, $"{right:f2} of class {Array.IndexOf(_classes, classId)} are right");
        }
    }

    [Fact]
    public async Task Execute_OnlyNewImagesLeftAndNoSumsKept_SaysWhatToDo()
    {
        var parentAssignment = TrainedModels.Assign(_classes[..3]);
        var parent = await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..3], 40, 10), Path.Combine(_folder, "with-sums"));
        LabelStudio.Pipeline.Promotion.ModelPackage.Write(ParentFolder, parent with { ClosedForm = null }, DateTime.UnixEpoch);

        var error = await Assert.ThrowsAsync<RunFailedException>(() => TrainedModels.TrainAsync(
            TrainedModels.Assign(_classes[3..], parentAssignment.ModelId), new MemoryRunFiles(_classes[3..], 15, 5, ParentFolder), Path.Combine(_folder, "child-model")));

        Assert.Contains("Label some images of them", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Nor does it look at any picture for it: an embedding that is asked for here fails.</summary>
    [Theory]
    [InlineData(TrainedLayers.HeadOnly)]
    [InlineData(TrainedLayers.LastStages)]
    public async Task Execute_StoppedBeforeTheFirstEpoch_MakesNothing(TrainedLayers layers)
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var files = new MemoryRunFiles(_classes[..2], 10, 2);
        var execution = new RunExecution(layers == TrainedLayers.HeadOnly ? files : new ImagesOnly(files), TestDevice.Chosen, TimeProvider.System);

        var result = await execution.ExecuteAsync(
            TrainedModels.Assign(_classes[..2]) with { Plan = TrainedModels.Plan with { Layers = layers, SidePx = 64 } }, TrainedModels.OptionsIn(_folder), _ => { }, new RunStop(stop.Token, CancellationToken.None), Token);

        Assert.Null(result);
    }

    [Fact]
    public async Task Execute_DroppedWhileTraining_EndsWithoutAResult()
    {
        using var drop = new CancellationTokenSource();
        var execution = new RunExecution(new MemoryRunFiles(_classes[..2], 10, 2), TestDevice.Chosen, TimeProvider.System);
        var assignment = TrainedModels.Assign(_classes[..2]) with { Plan = TrainedModels.Plan with { Epochs = 1000, Patience = 0 } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution.ExecuteAsync(
            assignment,
            TrainedModels.OptionsIn(_folder),
            item =>
            {
                if (item is EpochCompleted)
                {
                    drop.Cancel();
                }
            },
            new RunStop(CancellationToken.None, drop.Token),
            Token));
    }

    [Fact]
    public async Task Execute_PausedThenResumed_GivesTheUnbrokenRun()
    {
        var (whole, unbroken) = await TrainAsync(new MemoryRunFiles(_classes[..2], 40, 10), pauseAfter: null);
        var files = new MemoryRunFiles(_classes[..2], 40, 10);

        var (paused, _) = await TrainAsync(files, pauseAfter: 7);
        var kept = files.Checkpoint!.Epoch;
        var (resumed, curve) = await TrainAsync(files, pauseAfter: null);

        Assert.Null(paused);
        Assert.Equal(7, kept);
        Assert.Equal(Figures(unbroken), Figures(curve));
        Assert.Equal(whole!.Head.Weight, resumed!.Head.Weight);

        static IEnumerable<(int, double, double)> Figures(IEnumerable<EpochCompleted> epochs) =>
            epochs.Select(epoch => (epoch.Epoch, Math.Round(epoch.TrainLoss, 6), Math.Round(epoch.ValidationMacroF1, 6)));
    }

    [Fact]
    public async Task Execute_OnAUsersExtractor_MakesAModelThatPredictsAndCanBeExtended()
    {
        var assignment = TrainedModels.Assign(_classes[..2]) with { ExtractorId = Guid.NewGuid() };
        var result = await FineTuneAsync(assignment, new ImagesOnly(new MemoryRunFiles(_classes[..2], 12, 3)), ParentFolder);

        var manifest = ModelFolder.Read(ParentFolder);
        Assert.Equal((TestExtractors.Descriptor.Name, TestExtractors.Descriptor.SidePx, false), (manifest.Backbone, manifest.SidePx, manifest.BackboneIsPretrained));
        LabelStudio.Learning.OnnxExport.EngineParity.Demand(LabelStudio.Pipeline.Storage.StudioPaths.ShippedBackbones, ParentFolder);
        using (var predictor = ModelPredictor.Open(ParentFolder, 1))
        {
            Assert.Equal(result.Test.Probabilities[0], predictor.Predict(TestImages.Png((int)result.Test.ImageIds[0]))[0], 1e-4f);
        }

        var child = Path.Combine(_folder, "child-model");
        var grown = await FineTuneAsync(TrainedModels.Assign(_classes[..3], assignment.ModelId), new ImagesOnly(new MemoryRunFiles(_classes[..3], 12, 3, ParentFolder)), child);
        Assert.Equal((TestExtractors.EmbeddingSize, 3), (grown.Head.EmbeddingSize, grown.Head.Classes.Count));
        Assert.Equal(manifest.WeightsHash, ModelFolder.Read(child).WeightsHash);
        Assert.NotNull((await EvaluationFiles.ReadReportAsync(child, Token))!.Comparison);
    }

    [Fact]
    public async Task Execute_EmbeddingsMissing_ComputesThemFromTheImages()
    {
        var files = new ImagesOnly(new MemoryRunFiles(_classes[..2], 6, 2));
        var options = TrainedModels.OptionsIn(_folder) with { OpenEmbedder = (_, _, sidePx) => new WideEmbedder(sidePx) };

        var result = await new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            TrainedModels.Assign(_classes[..2]), options, _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token);

        Assert.Equal(4, result!.Test.ImageIds.Length);
        Assert.Equal(20, files.Reads);
    }

    [Fact]
    public async Task Execute_FeaturesThatTakeTooMuchDisk_SaysSoBeforeAnyImageIsFetched()
    {
        var files = new ImagesOnly(new MemoryRunFiles(_classes[..2], 12, 3));
        var assignment = TrainedModels.Assign(_classes[..2]) with { Plan = TrainingPlan.Balanced };
        var options = TrainedModels.OptionsIn(_folder) with { MostFeatureBytes = 100_000 };

        var error = await Assert.ThrowsAsync<RunFailedException>(() => new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            assignment, options, _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token));

        Assert.StartsWith("The features of 30 images", error.Message, StringComparison.Ordinal);
        Assert.Contains("training the head only", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, files.Reads);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Execute_TrainingStagesOfTheBackbone_MakesAModelThatCanBeTheParentOfTheNext()
    {
        var plan = new TrainingPlan { Layers = TrainedLayers.LastStages, LastStageCount = 1, Epochs = 1, BatchSize = 8, SidePx = 64 };
        var assignment = TrainedModels.Assign(_classes[..2]) with { Plan = plan };
        var result = await FineTuneAsync(assignment, new ImagesOnly(new MemoryRunFiles(_classes[..2], 12, 3)), ParentFolder);

        Assert.False(result.BackboneIsPretrained);
        var manifest = ModelFolder.Read(ParentFolder);
        Assert.Equal(64, manifest.SidePx);
        Assert.Equal([12L, 12L], ModelFolder.ReadClosedForm(ParentFolder)!.CountsByClass.Values);
        using (var predictor = ModelPredictor.Open(ParentFolder, 1))
        {
            // The packed graph and the run's own answer about the first test image are one and the same network.
            var answer = predictor.Predict(TestImages.Png((int)result.Test.ImageIds[0]));
            Assert.Equal(result.Test.Probabilities[0], answer[0], 1e-4f);
        }

        var child = Path.Combine(_folder, "child-model");
        var next = TrainedModels.Assign(_classes[..3], assignment.ModelId) with { Plan = TrainedModels.Plan with { SidePx = 224 } };
        var grown = await FineTuneAsync(next, new ImagesOnly(new MemoryRunFiles(_classes[..3], 12, 3, ParentFolder)), child);
        Assert.Equal((64, false, 3), (grown.SidePx, grown.BackboneIsPretrained, grown.Head.Classes.Count));
        Assert.Equal(manifest.WeightsHash, ModelFolder.Read(child).WeightsHash);
        Assert.NotNull((await EvaluationFiles.ReadReportAsync(child, Token))!.Comparison);
    }

    /// <returns>How many of a class's test images the head gets right.</returns>
    private async Task<double> RightAsync(LabelStudio.Learning.Heads.LinearHead head, Guid classId)
    {
        var files = new MemoryRunFiles([classId], 40, 10);
        var tested = (await files.ReadDatasetAsync(Token)).Entries.Where(entry => entry.Split == Split.Test).ToList();
        var right = 0;
        var logits = new float[head.Classes.Count];
        await files.ReadEmbeddingsAsync(
            new LabelStudio.Learning.Embeddings.EmbeddingKey("any", 224, 1), head.EmbeddingSize, tested,
            (_, numbers) =>
            {
                head.Logits(numbers, 1, logits);
                right += head.Classes[Array.IndexOf(logits, logits.Max())] == classId ? 1 : 0;
            },
            Token);
        return (double)right / tested.Count;
    }

    /// <returns>The result, null when paused; and the epochs as they were told.</returns>
    private async Task<(RunResult? Result, List<EpochCompleted> Epochs)> TrainAsync(MemoryRunFiles files, int? pauseAfter)
    {
        using var pause = new CancellationTokenSource();
        var epochs = new List<EpochCompleted>();
        var assignment = TrainedModels.Assign(_classes[..2]) with { Plan = TrainedModels.Plan with { Epochs = 20, Patience = 0 } };
        try
        {
            var result = await new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
                assignment, TrainedModels.OptionsIn(_folder), Observe, new RunStop(CancellationToken.None, CancellationToken.None, pause.Token), Token);
            return (result, epochs);
        }
        catch (OperationCanceledException) when (pause.IsCancellationRequested)
        {
            return (null, epochs);
        }

        void Observe(TrainingEvent item)
        {
            if (item is EpochCompleted epoch)
            {
                epochs.Add(epoch);
                if (epoch.Epoch == pauseAfter)
                {
                    pause.Cancel();
                }
            }
        }
    }

    private async Task<RunResult> FineTuneAsync(RunAssignment assignment, IRunFiles files, string modelFolder)
    {
        var options = TrainedModels.OptionsIn(Path.Combine(_folder, assignment.RunId.ToString("N"))) with
        {
            OpenEmbedder = (backbone, weights, sidePx) => LabelStudio.Learning.Backbones.ExtractorFolder.IsIn(weights)
                ? LabelStudio.Learning.Embeddings.ExtractorEmbedder.Open(weights, 1)
                : LabelStudio.Learning.Embeddings.OnnxEmbedder.Open(
                backbone, weights, Path.Combine(_folder, "graphs"), sidePx, 2),
        };
        var result = await new RunExecution(files, TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            assignment, options, _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token);
        LabelStudio.Pipeline.Promotion.ModelPackage.Write(modelFolder, result!, new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc));
        return result!;
    }
}
