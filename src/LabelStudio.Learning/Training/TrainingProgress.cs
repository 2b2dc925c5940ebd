using System.Globalization;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;

namespace LabelStudio.Learning.Training;

/// <summary>Measures a run and tells the observer: speed, time left, mean loss and accuracy of the epoch.</summary>
internal sealed class TrainingProgress
{
    /// <summary>Five batch events a second are enough for the eye and for everybody who follows.</summary>
    private static readonly TimeSpan s_batchEventInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>No timer can be set to more; no preparation takes as long.</summary>
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(49);

    private readonly TrainingPlan _plan;
    private readonly Action<TrainingEvent> _observer;
    private readonly TimeProvider _clock;
    private readonly List<EpochCompleted> _epochs = [];
    private readonly long _runStart;
    private int _trainCount;
    private TimeSpan _elapsedBefore;
    private long _imagesBefore;
    private bool _isTraining;
    private long _trainingStart;
    private long _epochStart;
    private long _lastBatchEvent;
    private long _imagesOfRun;
    private int _epoch;
    private int _step;
    private int _images;
    private int _right;
    private double _lossSum;
    private double _learningRate;
    private double _backboneLearningRate;

    public TrainingProgress(TrainingPlan plan, int trainCount, Action<TrainingEvent> observer, TimeProvider clock, TimeSpan before)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(clock);
        (_plan, _trainCount, _observer, _clock, _elapsedBefore) = (plan, trainCount, observer, clock, before);
        _runStart = _trainingStart = _epochStart = clock.GetTimestamp();
    }

    /// <summary>Why the run had to end; null while it has not.</summary>
    public string? Failure { get; private set; }

    public int StepsPerEpoch => (_trainCount + _plan.BatchSize - 1) / _plan.BatchSize;

    public bool IsTimeUp => _plan.TimeLimit is { } limit && Elapsed >= limit;

    /// <summary>libtorch's threads, where they were chosen for this run; null: they were not.</summary>
    public int? Threads { get; set; }

    /// <summary>What steps compute in.</summary>
    public Precision Precision { get; set; }

    /// <summary>The last finished epoch, in an earlier part of the run too; 0: none.</summary>
    public int LastEpoch => _epochs.Count == 0 ? 0 : _epochs[^1].Epoch;

    /// <summary>Is cancelled when the time is up, for what is no step of an epoch. Belongs to the caller.</summary>
    public CancellationTokenSource WhenTimeIsUp() => _plan.TimeLimit is { } limit
        ? new(TimeSpan.FromTicks(Math.Clamp((limit - Elapsed).Ticks, 0, s_longestTimer.Ticks)), _clock)
        : new();

    private TimeSpan Elapsed => _elapsedBefore + _clock.GetElapsedTime(_runStart);

    public void Started(LinearHead start, int validationCount, ComputeDevice device, TrainingCheckpoint? last) =>
        Send(new RunStarted(_plan.Epochs, _trainCount, validationCount, device.Name, start.Classes.ClassIds) { AfterEpoch = last?.Epoch ?? 0 });

    /// <summary>Goes on where a checkpoint was taken. The curve is told again, as some of it may not have arrived before.</summary>
    public void Resumed(TrainingCheckpoint checkpoint)
    {
        _elapsedBefore += checkpoint.Elapsed;
        _imagesBefore = (long)checkpoint.Epoch * _trainCount;
        _epochs.AddRange(checkpoint.Epochs);
        foreach (var epoch in checkpoint.Epochs)
        {
            _observer(epoch);
        }
        Log(string.Create(CultureInfo.InvariantCulture, $"Going on after epoch {checkpoint.Epoch} of {_plan.Epochs}."));
    }

    /// <summary>What a checkpoint of this moment says about the run's course.</summary>
    public TrainingCheckpoint Checkpoint() => new()
    {
        Plan = _plan,
        Epoch = _epoch,
        OptimizerSteps = 0,
        Elapsed = Elapsed,
        BestEpoch = 0,
        Threads = Threads,
        Precision = Precision,
        Epochs = [.. _epochs],
    };

    /// <summary>Fewer images are trained on than were given: some cannot be read, or the rehearsal memory leaves them out.</summary>
    public void TrainsOn(int count) => _trainCount = count;

    public void EpochBegins(int epoch)
    {
        (_epoch, _step, _images, _right, _lossSum) = (epoch, 0, 0, 0, 0);
        _epochStart = _clock.GetTimestamp();
        if (!_isTraining)
        {
            _isTraining = true;
            // Preparing the inputs is no training: it would spoil the speed.
            _trainingStart = _epochStart;
        }
    }

    public void StepDone(int images, double loss, int right, double learningRate, double backboneLearningRate = 0)
    {
        _step++;
        _images += images;
        _imagesOfRun += images;
        _right += right;
        _lossSum += loss * images;
        _learningRate = learningRate;
        _backboneLearningRate = backboneLearningRate;
        var now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_lastBatchEvent, now) >= s_batchEventInterval || _step == StepsPerEpoch && _epoch == _plan.Epochs)
        {
            _lastBatchEvent = now;
            Send(new BatchCompleted(_epoch, _step, StepsPerEpoch, _lossSum / _images, Speed(_imagesOfRun, _trainingStart), SecondsLeft()));
        }
    }

    public void EpochDone(EvaluationMetrics? metrics, bool isBest)
    {
        double?[] perClass = metrics is null ? [] : [.. metrics.Classes.Select(item => item.Support == 0 ? (double?)null : item.Recall)];
        var completed = new EpochCompleted(
            _epoch,
            _plan.Epochs,
            _lossSum / _images,
            metrics?.LogLoss ?? _lossSum / _images,
            (double)_right / _images,
            metrics?.Accuracy ?? 0,
            metrics?.MacroF1 ?? 0,
            perClass,
            _learningRate,
            _backboneLearningRate,
            Speed(_images, _epochStart),
            SecondsLeft(),
            isBest)
        {
            AtUtc = _clock.GetUtcNow().UtcDateTime,
            MemoryBytes = Environment.WorkingSet,
        };
        _epochs.Add(completed);
        _observer(completed);
    }

    /// <summary>The step after the last one told gave a loss that is no number.</summary>
    public void LossNotFinite(double learningRate, double? backboneLearningRate = null) => Fail(string.Create(
        CultureInfo.InvariantCulture,
        $"The training loss was not a number any more in epoch {_epoch}, step {_step + 1} of {StepsPerEpoch}, at a head learning rate of {learningRate:G3}{(backboneLearningRate is { } rate ? $" and a backbone learning rate of {rate:G3}" : "")}. Launch the run again with a lower learning rate."));

    public void Fail(string text)
    {
        Failure = text;
        Log(text);
    }

    /// <summary>Tells what a limited rehearsal memory keeps.</summary>
    /// <param name="all">Training images there are.</param>
    /// <param name="shown">How many of them are shown.</param>
    /// <param name="exemplars">Places of those of old classes.</param>
    public void Rehearses(int all, int shown, IReadOnlyList<int> exemplars)
    {
        Send(new ExemplarsChosen { Places = exemplars });
        if (shown < all)
        {
            Log(string.Create(CultureInfo.InvariantCulture, $"The rehearsal memory keeps {_plan.ExemplarsPerClass} images of each class the model knows: {all - shown} of {all} training images are left out."));
        }
    }

    public void LogLostClasses(int count)
    {
        if (count > 0)
        {
            Log(string.Create(CultureInfo.InvariantCulture, $"{count} of the classes the model knows {(count == 1 ? "has" : "have")} no training image: what the head says of {(count == 1 ? "it" : "them")} is left as it is."));
        }
    }

    /// <summary>What a head that grew answers before its first step; scores are computed only where it did.</summary>
    public void LogStart(int[] targets, int classes, int oldClasses, bool hasCombinations, Func<float[]> scores)
    {
        if (_epochs.Count == 0 && oldClasses > 0 && oldClasses < classes && StartCheck.Sentence(targets, scores(), classes, oldClasses, hasCombinations) is { } sentence)
        {
            Log(sentence);
        }
    }

    public void Log(string text) => Send(new LogWritten(text));

    public void Ended(StopReason reason, int bestEpoch) => Send(new RunEnded(reason, bestEpoch));

    private double SecondsLeft()
    {
        var imagesLeft = ((long)_plan.Epochs * _trainCount) - _imagesBefore - _imagesOfRun;
        return imagesLeft / Math.Max(1e-9, (double)_imagesOfRun) * _clock.GetElapsedTime(_trainingStart).TotalSeconds;
    }

    private double Speed(long images, long since) => images / Math.Max(1e-3, _clock.GetElapsedTime(since).TotalSeconds);

    private void Send(TrainingEvent happened) => _observer(happened with { AtUtc = _clock.GetUtcNow().UtcDateTime });
}
