using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Training;

/// <summary>
/// The curves of one run as its page shows them: fed with the newest events it adds points. Only a run that is taken up
/// again loses those that its checkpoint did not hold, as they are trained again.
/// </summary>
public sealed class RunCurves
{
    // With more epochs than this, what happens within one is not worth a curve.
    private const int MostEpochsWithSteps = 30;

    private readonly List<ChartPoint> _steps = [];
    private readonly List<ChartPoint> _trainLoss = [];
    private readonly List<ChartPoint> _validationLoss = [];
    private readonly List<ChartPoint> _trainAccuracy = [];
    private readonly List<ChartPoint> _validationAccuracy = [];
    private readonly List<ChartPoint> _oldAccuracy = [];
    private readonly List<ChartPoint> _newAccuracy = [];
    private readonly List<ChartPoint> _rate = [];
    private readonly List<ChartPoint> _backboneRate = [];
    private readonly List<ChartPoint> _speed = [];
    private readonly List<double> _resumed = [];
    private readonly Dictionary<double, double> _minutes = [];
    private (double Minutes, DateTime AtUtc)? _began;
    private HashSet<int> _newIndices = [];
    private HashSet<int> _oldIndices = [];
    private bool _hasBoth;
    private bool _hasSteps;

    /// <summary>The last event taken in; ask for those after it.</summary>
    public long LastSequence { get; private set; }

    /// <summary>
    /// The curves go over the minutes of training instead of the epochs: those since the trainer began, where a run was taken
    /// up again on top of those before; waiting in between does not count.
    /// </summary>
    public bool OverTime { get; set; }

    /// <summary>Where the best epoch stands; null before the first.</summary>
    public double? BestX => BestEpoch is { } epoch ? At(epoch) : null;

    /// <summary>The epoch whose weights are the best so far; null before the first.</summary>
    public int? BestEpoch { get; private set; }

    /// <summary>Epochs since the best one.</summary>
    public int EpochsWithoutGain { get; private set; }

    /// <summary>Where the run was taken up again.</summary>
    public IReadOnlyList<double> Resumed => OverTime ? [.. _resumed.Select(At)] : _resumed;

    /// <summary>Rises when points were taken away: what was drawn is then to be drawn anew.</summary>
    public int Revision { get; private set; }

    /// <summary>Where epochs are shorter than the pause between two reports, a line from one to the next would tell of nothing between.</summary>
    private bool TellsWithinEpochs => _hasSteps && _steps.Count >= 2 * Math.Max(1, _trainLoss.Count);

    public IReadOnlyList<ChartSeries> Loss => TellsWithinEpochs
        ? [new("Training", ChartTone.Train, Shown(_trainLoss)), new("Validation", ChartTone.Validation, Shown(_validationLoss)) { IsDashed = true }, new("Within the epoch", ChartTone.Other, Shown(_steps)) { IsFaint = true }]
        : [new("Training", ChartTone.Train, Shown(_trainLoss)), new("Validation", ChartTone.Validation, Shown(_validationLoss)) { IsDashed = true }];

    public IReadOnlyList<ChartSeries> Accuracy => _hasBoth
        ? [new("Training", ChartTone.Train, Shown(_trainAccuracy)), new("Validation", ChartTone.Validation, Shown(_validationAccuracy)) { IsDashed = true }, new("Old classes", ChartTone.Old, Shown(_oldAccuracy)), new("New classes", ChartTone.New, Shown(_newAccuracy))]
        : [new("Training", ChartTone.Train, Shown(_trainAccuracy)), new("Validation", ChartTone.Validation, Shown(_validationAccuracy)) { IsDashed = true }];

    public IReadOnlyList<ChartSeries> LearningRate => _backboneRate.Exists(point => point.Y > 0)
        ? [new("Head", ChartTone.Train, Shown(_rate)), new("Backbone", ChartTone.Old, Shown(_backboneRate)) { IsDashed = true }]
        : [new("Head", ChartTone.Train, Shown(_rate))];

    public IReadOnlyList<ChartSeries> Speed => [new("Images a second", ChartTone.Other, Shown(_speed))];

    /// <summary>Takes in events that follow <see cref="LastSequence"/>; older ones are left out.</summary>
    public void Add(IReadOnlyList<TrainingEvent> events, IReadOnlyList<RunClass> classes)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(classes);
        foreach (var happened in events.Where(e => e.Sequence > LastSequence))
        {
            LastSequence = happened.Sequence;
            switch (happened)
            {
                case RunStarted started:
                    Start(started, classes);
                    break;
                case BatchCompleted batch when _hasSteps:
                    var place = batch.Epoch - 1 + ((double)batch.Step / batch.StepsPerEpoch);
                    _minutes[place] = MinutesAt(batch);
                    _steps.Add(new(place, batch.Loss));
                    break;
                case EpochCompleted epoch:
                    AddEpoch(epoch);
                    break;
            }
        }
    }

    private void Start(RunStarted started, IReadOnlyList<RunClass> classes)
    {
        // With every rare combination a class, their means would say little of the classes.
        var fresh = classes.Where(c => c is { IsNew: true, IsCombination: false }).Select(c => c.Id).ToHashSet();
        var combinations = classes.Where(c => c.IsCombination).Select(c => c.Id).ToHashSet();
        (BestEpoch, EpochsWithoutGain) = (null, 0);
        _began = (_minutes.GetValueOrDefault(started.AfterEpoch), started.AtUtc);
        _newIndices = [.. started.ClassIds.Index().Where(c => fresh.Contains(c.Item)).Select(c => c.Index)];
        _oldIndices = [.. started.ClassIds.Index().Where(c => !fresh.Contains(c.Item) && !combinations.Contains(c.Item)).Select(c => c.Index)];
        _hasBoth = _newIndices.Count > 0 && _oldIndices.Count > 0;
        _hasSteps = started.Epochs <= MostEpochsWithSteps;
        foreach (var points in new[] { _steps, _trainLoss, _validationLoss, _trainAccuracy, _validationAccuracy, _oldAccuracy, _newAccuracy, _rate, _backboneRate, _speed })
        {
            points.RemoveAll(point => point.X > started.AfterEpoch);
        }

        _resumed.RemoveAll(epoch => epoch >= started.AfterEpoch);
        if (started.AfterEpoch > 0)
        {
            _resumed.Add(started.AfterEpoch);
        }

        Revision++;
    }

    private void AddEpoch(EpochCompleted epoch)
    {
        EpochsWithoutGain = epoch.IsBest ? 0 : EpochsWithoutGain + 1;
        BestEpoch = epoch.IsBest ? epoch.Epoch : BestEpoch;
        if (_trainLoss.Count > 0 && _trainLoss[^1].X >= epoch.Epoch)
        {
            // Told again after a resume.
            return;
        }

        _minutes[epoch.Epoch] = MinutesAt(epoch);
        _trainLoss.Add(new(epoch.Epoch, epoch.TrainLoss));
        _validationLoss.Add(new(epoch.Epoch, epoch.ValidationLoss));
        _trainAccuracy.Add(new(epoch.Epoch, epoch.TrainAccuracy));
        _validationAccuracy.Add(new(epoch.Epoch, epoch.ValidationAccuracy));
        _oldAccuracy.Add(new(epoch.Epoch, MeanOf(epoch, _oldIndices)));
        _newAccuracy.Add(new(epoch.Epoch, MeanOf(epoch, _newIndices)));
        _rate.Add(new(epoch.Epoch, epoch.HeadLearningRate));
        _backboneRate.Add(new(epoch.Epoch, epoch.BackboneLearningRate));
        _speed.Add(new(epoch.Epoch, epoch.ImagesPerSecond));
    }

    private static double? MeanOf(EpochCompleted epoch, HashSet<int> indices) =>
        epoch.PerClassAccuracy.Index().Where(c => indices.Contains(c.Index)).Average(c => c.Item);

    private List<ChartPoint> Shown(List<ChartPoint> points) => OverTime ? points.ConvertAll(point => new ChartPoint(At(point.X), point.Y)) : points;

    private double At(double epochs) => OverTime ? _minutes.GetValueOrDefault(epochs) : epochs;

    private double MinutesAt(TrainingEvent happened) =>
        _began is var (minutes, atUtc) ? Math.Round(minutes + (happened.AtUtc - atUtc).TotalMinutes, 3) : 0;
}
