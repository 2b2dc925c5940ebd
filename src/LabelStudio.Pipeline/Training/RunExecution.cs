using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Executes one run from its data to a trained head and its answers about the test images. Knows no server and no
/// database: data come through <see cref="IRunFiles"/>, events go to the observer.
/// </summary>
public sealed class RunExecution(IRunFiles files, ComputeDevice device, TimeProvider clock)
{
    /// <returns>What was made; null when the run was stopped before anything was learned.</returns>
    /// <exception cref="OperationCanceledException">The run was dropped.</exception>
    public async Task<RunResult?> ExecuteAsync(
        RunAssignment assignment, RunOptions options, Action<TrainingEvent> observer, RunStop stop, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Drop, cancellationToken);
        void Log(string text) => observer(new LogWritten(text) { AtUtc = clock.GetUtcNow().UtcDateTime });

        var dataset = await files.ReadDatasetAsync(either.Token);
        var parent = await FetchParentAsync(assignment, options, Log, either.Token);
        var start = new RunStart(assignment, options, parent);
        var data = new RunData(files, Log);
        var embeddings = await data.GatherAsync(
            dataset.Entries, start.Key, start.EmbeddingSize, () => options.OpenEmbedder(start.WeightsPath, start.SidePx), either.Token);
        var (_, train) = RunData.Select(dataset.Entries, Split.Train, start.Classes, embeddings, start.EmbeddingSize);
        var (_, validation) = RunData.Select(dataset.Entries, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (testImageIds, test) = RunData.Select(dataset.Entries, Split.Test, start.Classes, embeddings, start.EmbeddingSize);

        using var stopTraining = CancellationTokenSource.CreateLinkedTokenSource(either.Token, stop.KeepBest);
        var trained = await OnOwnThreadAsync(() => HeadTrainer.Run(
            assignment.Plan, start.HeadFor(train, Log), train, validation, device, observer, clock, stopTraining.Token));
        either.Token.ThrowIfCancellationRequested();
        if (trained is { BestEpoch: 0, Reason: StopReason.UserStopped })
        {
            return null;
        }
        ThrowIfUseless(trained);
        return ResultOf(start, trained, validation, testImageIds, test);
    }

    private static RunResult ResultOf(
        RunStart start, HeadTrainingResult trained, EmbeddingSet validation, long[] testImageIds, EmbeddingSet test)
    {
        var head = trained.Best;
        var temperature = TemperatureOf(head, validation);
        var probabilities = new float[test.Count * head.Classes.Count];
        head.Logits(test.Embeddings, test.Count, probabilities);
        TemperatureScaling.Softmax(probabilities, head.Classes.Count, test.Count, temperature);
        return new RunResult
        {
            Assignment = start.Assignment,
            Descriptor = start.Descriptor,
            Backbone = start.Backbone,
            BackboneIsPretrained = start.BackboneIsPretrained,
            SidePx = start.SidePx,
            Head = head,
            Classes = start.Entries,
            ParentClassCount = start.Parent?.Head.Classes.Count ?? 0,
            Temperature = temperature,
            Reason = trained.Reason,
            BestEpoch = trained.BestEpoch,
            Test = new TestAnswers(testImageIds, test.Targets, probabilities, start.Parent?.Probabilities(test.Embeddings, test.Count)),
        };
    }

    private async Task<ParentModel?> FetchParentAsync(
        RunAssignment assignment, RunOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        if (assignment.ParentModelId is not { } parentId)
        {
            return null;
        }
        var folder = Path.Combine(options.WorkFolder, "parent");
        log("Fetching the model to start from.");
        await files.FetchModelAsync(parentId, folder, cancellationToken);
        return ParentModel.Open(folder);
    }

    private static double TemperatureOf(LinearHead head, EmbeddingSet validation)
    {
        var logits = new float[validation.Count * head.Classes.Count];
        head.Logits(validation.Embeddings, validation.Count, logits);
        return TemperatureScaling.Fit(logits, head.Classes.Count, validation.Targets);
    }

    private static void ThrowIfUseless(HeadTrainingResult trained)
    {
        if (trained.Reason == StopReason.LossNotFinite)
        {
            throw new RunFailedException(
                "The training loss was not a number any more, so the run was stopped. Launch it again with a lower learning rate.", trained.Reason);
        }
    }

    /// <summary>libtorch keeps state of its thread, so the loop gets one that nothing else runs on.</summary>
    private static Task<T> OnOwnThreadAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        {
            Name = "training",
            IsBackground = true,
        }.Start();
        return done.Task;
    }
}
