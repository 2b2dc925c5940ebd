using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Training;
using Microsoft.EntityFrameworkCore;
using static LabelStudio.Pipeline.Tests.Promotion.TrainedStudio;

namespace LabelStudio.Pipeline.Tests.Evaluation;

/// <summary>Models asked anew: what a class looks like follows from its id, and so the right answer is known.</summary>
public sealed class NamedEvaluationsTests : IAsyncLifetime
{
    private ModelStudio _studio = null!;
    private Guid[] _classes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NamedEvaluations Evaluations => _studio.Get<NamedEvaluations>();

    public async ValueTask InitializeAsync()
    {
        _studio = await ModelStudio.CreateAsync();
        _classes = await AddLabelledAsync(_studio);
    }

    public async ValueTask DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task Start_LabelCorrectedSince_GivesFiguresOfBothVersions()
    {
        var model = await TrainAsync(_studio, _classes);
        var images = await AddTestAsync(model, 10, image => _classes[image % 2]);
        await _studio.LabelAsync((images[0].Id, _classes[1]));
        var before = await EvaluateAsync(new(model, Name: " Before "));
        await _studio.LabelAsync((images[0].Id, _classes[0]));
        var after = await EvaluateAsync(new(model));
        var again = await EvaluateAsync(new(model, before.DatasetSnapshotId));

        Assert.Equal(("Before", EvaluationState.Succeeded, 10, 0.9), (before.Name, before.State, before.TestCount, before.Accuracy));
        Assert.Equal(("Evaluation 2", 1.0, 0.9), (after.Name, after.Accuracy, again.Accuracy));
        Assert.NotEqual(before.DatasetSnapshotId, after.DatasetSnapshotId);
        var reports = _studio.Get<EvaluationReports>();
        var report = await reports.GetAsync(_studio.UserId, before.Id, Token);
        Assert.Equal((model, before.DatasetSnapshotId, 10), (report.ModelVersionId, report.DatasetSnapshotId, report.Metrics!.Count));
        Assert.Equal([images[0].Id], (await reports.ImagesOfCellAsync(_studio.UserId, before.Id, _classes[1], _classes[0], Token)).Select(item => item.ImageId));
        Assert.Equal([after.Id, before.Id], (await Evaluations.ListAsync(_studio.UserId, _studio.ProjectId, model, Token)).Select(item => item.Id).Where(id => id != again.Id));
    }

    [Fact]
    public async Task Start_ImagesThatTheModelLearntFromOrCannotName_AreLeftOutAndSaid()
    {
        var learnt = (await _studio.AddImagesAsync(1))[0];
        await _studio.LabelAsync((learnt.Id, _classes[0]));
        var model = await TrainAsync(_studio, _classes);
        await AddTestAsync(model, 4, image => _classes[image % 2]);
        var bowl = await _studio.AddClassAsync("Bowl");
        await AddTestAsync(model, 2, _ => bowl);
        await MoveToTestAsync(learnt.Id);

        var evaluation = await EvaluateAsync(new(model));

        Assert.Equal(4, evaluation.TestCount);
        var left = (await _studio.Get<EvaluationReports>().GetAsync(_studio.UserId, evaluation.Id, Token)).LeftOut;
        Assert.Equal(2, left.Count);
        Assert.StartsWith("1 test image is left out: a model was trained", left[0], StringComparison.Ordinal);
        Assert.Equal("2 test images are left out: the model does not know Bowl.", left[1]);
    }

    [Fact]
    public async Task Start_ImageWithoutStoredEmbedding_IsAskedAboutByItsPicture()
    {
        var model = await TrainAsync(_studio, _classes);
        var images = await _studio.AddImagesAsync(2, Split.Test);
        await _studio.LabelAsync((images[0].Id, _classes[0]), (images[1].Id, _classes[1]));
        // The other one has no file.
        await PutPictureAsync(images[0]);

        var evaluation = await EvaluateAsync(new(model));

        var said = Assert.Single(await _studio.Get<EvaluationReports>().PredictionsAsync(_studio.UserId, evaluation.Id, Token));
        var asked = (await _studio.Get<PredictionService>().PredictWithAsync(_studio.UserId, model, TestImages.Png(1), 1, Token)).Classes[0];
        Assert.Equal((images[0].Id, asked.ClassId), (said.ImageId, said.Predicted));
        Assert.Equal(asked.Probability, said.Probability, 5);
    }

    [Fact]
    public async Task Gate_ModelsOfDifferentVersions_AreJudgedOnTheVersionThatBothWereEvaluatedOn()
    {
        var registry = _studio.Get<ModelRegistry>();
        var parent = await TrainAsync(_studio, _classes);
        await registry.PromoteAsync(_studio.UserId, parent, null, Token);
        var candidate = await TrainAsync(_studio, _classes);
        await _studio.LabelAsync(((await _studio.AddImagesAsync(1))[0].Id, _classes[0]));
        var between = await TrainAsync(_studio, _classes);
        await registry.PromoteAsync(_studio.UserId, between, "A trial", Token);
        await AddTestAsync(parent, 12, image => _classes[image % 2]);
        Assert.True((await registry.GateAsync(_studio.UserId, candidate, Token)).IsOnDifferentImages);

        var evaluation = await EvaluateAsync(new(candidate));
        var decision = await registry.GateAsync(_studio.UserId, candidate, Token);

        Assert.Equal(between, evaluation.ComparedModelId);
        Assert.False(decision.IsOnDifferentImages);
        Assert.Contains("(on the same test images)", decision.Reasons[0], StringComparison.Ordinal);
        var report = await _studio.Get<EvaluationReports>().GetAsync(_studio.UserId, evaluation.Id, Token);
        Assert.Equal((between, false, 12), (report.Comparison!.ParentModelId, report.Comparison.IsParent, report.Comparison.ParentMetrics.Count));
        Assert.Equal(evaluation.Id, (await _studio.Get<CommonEvaluations>().OnOneVersionAsync([candidate], Token))[candidate]);
        Assert.Empty(await _studio.Get<CommonEvaluations>().OnOneVersionAsync([candidate, Guid.CreateVersion7()], Token));
    }

    [Fact]
    public async Task Against_FewerThanHalfOfTheRunsOwnImages_DoNotReplaceItsComparison()
    {
        var parent = await TrainAsync(_studio, _classes);
        await _studio.Get<ModelRegistry>().PromoteAsync(_studio.UserId, parent, null, Token);
        var candidate = await TrainAsync(_studio, _classes);
        var common = _studio.Get<CommonEvaluations>();
        Assert.Equal(20, (await common.AgainstAsync(candidate, parent, Token))!.Metrics!.Count);

        await AddTestAsync(parent, 4, image => _classes[image % 2]);
        await EvaluateAsync(new(candidate));
        Assert.Equal(20, (await common.AgainstAsync(candidate, parent, Token))!.Metrics!.Count);

        await AddTestAsync(parent, 6, image => _classes[image % 2]);
        await EvaluateAsync(new(candidate));
        Assert.Equal(10, (await common.AgainstAsync(candidate, parent, Token))!.Metrics!.Count);
    }

    [Fact]
    public async Task Restart_WhileAnEvaluationRuns_BeginsItAnew()
    {
        var model = await TrainAsync(_studio, _classes);
        await AddTestAsync(model, 4, image => _classes[image % 2]);
        var id = await Evaluations.StartAsync(_studio.UserId, _studio.ProjectId, new(model), Token);
        await using (var db = _studio.Open())
        {
            await db.Set<NamedEvaluation>().ExecuteUpdateAsync(item => item.SetProperty(row => row.State, EvaluationState.Running), Token);
        }
        Directory.CreateDirectory(_studio.Paths.EvaluationFolder(id));

        await _studio.RestartAsync();
        FillEmbeddings(model, []);

        Assert.Equal((EvaluationState.Succeeded, 4), await EndOfAsync(id) is var ended ? (ended.State, ended.TestCount) : default);
    }

    [Fact]
    public async Task WaitingEvaluation_IsCancelledRenamedAndDeleted_ByLeadsOnly()
    {
        var model = await TrainAsync(_studio, _classes);
        await AddTestAsync(model, 4, image => _classes[image % 2]);
        var annotator = await _studio.AddUserAsync(StudioRole.Annotator);
        await Assert.ThrowsAnyAsync<StudioException>(() => Evaluations.StartAsync(annotator, _studio.ProjectId, new(model), Token));
        var id = await Evaluations.StartAsync(_studio.UserId, _studio.ProjectId, new(model), Token);

        await Assert.ThrowsAsync<ConflictException>(() => Evaluations.StartAsync(_studio.UserId, _studio.ProjectId, new(model), Token));
        await Assert.ThrowsAsync<ConflictException>(() => Evaluations.DeleteAsync(_studio.UserId, id, Token));
        await Assert.ThrowsAsync<InvalidRequestException>(() => Evaluations.RenameAsync(_studio.UserId, id, " ", Token));
        await Assert.ThrowsAnyAsync<StudioException>(() => Evaluations.RenameAsync(annotator, id, "Mine", Token));
        await Evaluations.RenameAsync(_studio.UserId, id, "After the re-check", Token);
        await Evaluations.CancelAsync(_studio.UserId, id, Token);

        Assert.Equal(("After the re-check", EvaluationState.Cancelled), await Evaluations.GetAsync(_studio.UserId, id, Token) is var item ? (item.Name, item.State) : default);
        await Assert.ThrowsAsync<ConflictException>(() => Evaluations.CancelAsync(_studio.UserId, id, Token));
        await Evaluations.DeleteAsync(_studio.UserId, id, Token);
        await Assert.ThrowsAsync<NotFoundException>(() => Evaluations.GetAsync(_studio.UserId, id, Token));

        // Between two tries after an error nobody holds one that counts as running.
        var retried = await Evaluations.StartAsync(_studio.UserId, _studio.ProjectId, new(model), Token);
        await using (var db = _studio.Open())
        {
            await db.Set<NamedEvaluation>().ExecuteUpdateAsync(item => item.SetProperty(row => row.State, EvaluationState.Running), Token);
        }
        await Evaluations.CancelAsync(_studio.UserId, retried, Token);
        Assert.Equal(EvaluationState.Cancelled, (await Evaluations.GetAsync(_studio.UserId, retried, Token)).State);
    }

    [Fact]
    public async Task Delete_OfTheModel_TakesItsEvaluationsAlong()
    {
        var model = await TrainAsync(_studio, _classes);
        await AddTestAsync(model, 4, image => _classes[image % 2]);
        var evaluation = await EvaluateAsync(new(model));
        var deletion = _studio.Get<ModelDeletion>();
        Assert.Contains("The evaluation that was made of it or against it.", (await deletion.LookAsync(_studio.UserId, model, Token)).Losses);

        await deletion.DeleteAsync(_studio.UserId, model, Token);

        Assert.Empty(await Evaluations.ListAsync(_studio.UserId, _studio.ProjectId, null, Token));
        Assert.False(Directory.Exists(_studio.Paths.EvaluationFolder(evaluation.Id)));
    }

    [Fact]
    public async Task Delete_OfTheModelBreaksOffAfterTheWrite_LeavesNoEvaluation()
    {
        var model = await TrainAsync(_studio, _classes);
        await AddTestAsync(model, 4, image => _classes[image % 2]);
        var evaluation = await EvaluateAsync(new(model));
        Directory.Delete(_studio.Paths.ModelFolder(model), recursive: true);

        await Record.ExceptionAsync(() => _studio.Get<ModelDeletion>().DeleteAsync(_studio.UserId, model, Token));

        Assert.Empty(await Evaluations.ListAsync(_studio.UserId, _studio.ProjectId, null, Token));
        Assert.False(Directory.Exists(_studio.Paths.EvaluationFolder(evaluation.Id)));
    }

    private async Task<EvaluationSummary> EvaluateAsync(NewEvaluation order) =>
        await EndOfAsync(await Evaluations.StartAsync(_studio.UserId, _studio.ProjectId, order, Token));

    private async Task<EvaluationSummary> EndOfAsync(Guid id)
    {
        var worker = _studio.Get<EvaluationWorker>();
        var ended = new SemaphoreSlim(0);
        using var subscription = _studio.Get<ChangeSignals>().Subscribe(
            _studio.ProjectId,
            ChangeTopic.Evaluations,
            () =>
            {
                ended.Release();
                return Task.CompletedTask;
            },
            TimeSpan.Zero);
        if (worker.ExecuteTask is null)
        {
            await worker.StartAsync(Token);
        }
        while (true)
        {
            var now = await Evaluations.GetAsync(_studio.UserId, id, Token);
            if (now.IsEnded)
            {
                Assert.Null(now.Problem);
                return now;
            }
            Assert.True(await ended.WaitAsync(TimeSpan.FromSeconds(30), Token), $"The evaluation is {now.State} still.");
        }
    }

    private async Task<ImageRecord[]> AddTestAsync(Guid model, int count, Func<int, Guid> classOf)
    {
        var images = await _studio.AddImagesAsync(count, Split.Test);
        await _studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)classOf(index)))]);
        FillEmbeddings(model, images.Select((image, index) => (image, classOf(index))));
        return images;
    }

    /// <summary>As the feature worker does: the store of the model's backbone is open and has what each image looks like.</summary>
    private void FillEmbeddings(Guid model, IEnumerable<(ImageRecord Image, Guid ClassId)> images)
    {
        var folder = _studio.Paths.ModelFolder(model);
        var (manifest, size) = (ModelFolder.Read(folder), ModelFolder.ReadHead(folder).EmbeddingSize);
        var store = _studio.Get<EmbeddingStores>().Open(new EmbeddingKey(manifest.WeightsHash, manifest.SidePx, ImagePreprocessing.Version), size);
        foreach (var (image, classId) in images)
        {
            store.Append(image.Sha256, MemoryRunFiles.Draw(classId, image.Id, size));
        }
        store.Flush();
    }

    private async Task PutPictureAsync(ImageRecord image)
    {
        var path = _studio.Get<BlobStore>().PathOf(image.Sha256, image.Extension);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, TestImages.Png(1), Token);
    }

    private async Task MoveToTestAsync(long imageId)
    {
        await using var db = _studio.Open();
        await db.Images.Where(image => image.Id == imageId).ExecuteUpdateAsync(image => image.SetProperty(row => row.Split, Split.Test), Token);
    }
}
