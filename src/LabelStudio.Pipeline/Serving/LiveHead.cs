using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// The live head of one project. It follows the database: annotations tell which images to look at again, their rows tell
/// the label. It learns from the training split only; validation labels calibrate and judge it, test labels it never sees.
/// Not thread-safe: one owner; what others read is the immutable <see cref="View"/>.
/// </summary>
internal sealed class LiveHead(Guid projectId, EmbeddingStore store)
{
    private const int IdsPerQuery = 500;
    private readonly LearnedLabels _labels = new(store);
    private readonly UnlabelledImages _unlabelled = new(store);
    private readonly LiveCalibration _calibration = new(store);
    private readonly Dictionary<long, LiveImage> _images = [];
    private readonly Dictionary<long, LiveImage> _validation = [];
    private HashSet<Guid> _classes = [];
    private long _lastAnnotationId;
    private long _lastImageId;
    private LdaSolution? _solution;
    private volatile LiveHeadView _view = LiveHeadView.Empty;

    /// <summary>The embeddings it learns from. Sums belong to one backbone: another store needs another head.</summary>
    public EmbeddingStore Store => store;

    public LiveHeadView View => _view;

    /// <summary>Learns what changed in the database and solves anew.</summary>
    /// <param name="promoted">The model that suggests and orders in its place, where it can.</param>
    /// <returns>The new orders of the unlabelled images.</returns>
    public IReadOnlyDictionary<QueueOrder, long[]> Update(
        StudioDbContext db, Adviser? promoted, IReadOnlyList<QueueOrder> wanted, CancellationToken stop)
    {
        var changed = ReadChanges(db) | _labels.LearnWaiting();
        if (changed || _solution is null)
        {
            var solved = _labels.Sums.Solve();
            _solution = solved is null ? null : _calibration.Apply(solved);
            Judge();
        }
        _view = _view with { Promoted = promoted };
        return _unlabelled.Orders(_view.Advisers, _labels.Sums.CountsByClass, wanted, stop);
    }

    /// <summary>True when a better temperature is worth its time, which comes after the order is out.</summary>
    public bool WantsCalibration => _solution is { Classes.Count: > 1 } && _calibration.WantsHalves(_labels.Count, _view.Status.ValidationCount);

    public void Calibrate(Func<bool> mustYield)
    {
        _calibration.FitOnHalves([.. _labels.All], mustYield);
        _solution = _solution is null ? null : _calibration.Apply(_solution);
        _view = _view with { Solution = _solution };
    }

    public void Time(TimeSpan labelToOrder) =>
        _view = _view with { Status = _view.Status with { LastUpdateMs = labelToOrder.TotalMilliseconds } };

    private bool ReadChanges(StudioDbContext db)
    {
        // Read before the rows: what is written in between is read again the next time, and applying it twice does no harm.
        var newestAnnotationId = db.Annotations.Where(item => item.ProjectId == projectId).Max(item => (long?)item.Id) ?? 0;
        var changed = ReadClasses(db);
        changed |= _lastImageId == 0 ? ReadAll(db) : ReadNewImages(db) | ReadAnnotated(db);
        _lastAnnotationId = newestAnnotationId;
        return changed | RemoveDeleted(db);
    }

    private bool ReadClasses(StudioDbContext db)
    {
        var classes = db.Classes.Where(item => item.ProjectId == projectId && !item.IsArchived && !item.IsLeftOutOfTraining).Select(item => item.Id).ToHashSet();
        if (classes.SetEquals(_classes))
        {
            return false;
        }
        _classes = classes;
        return Apply(_images.Values.Where(image => image.State == ImageState.Labelled).ToList());
    }

    private bool ReadAll(StudioDbContext db)
    {
        var images = Rows(db.Images.Where(image => image.ProjectId == projectId)).ToList();
        _labels.AddRange([.. images.Where(IsToLearn).Select(image => (image.Id, image.ClassId!.Value, image.Sha256))]);
        Apply(images);
        return _labels.Count > 0;
    }

    private bool ReadNewImages(StudioDbContext db) =>
        Apply(Rows(db.Images.Where(image => image.ProjectId == projectId && image.Id > _lastImageId)).ToList());

    private bool ReadAnnotated(StudioDbContext db)
    {
        var changed = false;
        var imageIds = db.Annotations.Where(item => item.ProjectId == projectId && item.Id > _lastAnnotationId)
            .Select(item => item.ImageId).Distinct().ToList();
        foreach (var chunk in imageIds.Chunk(IdsPerQuery))
        {
            var ids = chunk;
            changed |= Apply(Rows(db.Images.Where(image => EF.Parameter(ids).Contains(image.Id))).ToList());
        }
        return changed;
    }

    private bool RemoveDeleted(StudioDbContext db)
    {
        if (db.Images.Count(image => image.ProjectId == projectId && image.Id <= _lastImageId) == _images.Count)
        {
            return false;
        }
        var present = db.Images.Where(image => image.ProjectId == projectId).Select(image => image.Id).ToHashSet();
        var changed = false;
        foreach (var image in _images.Values.Where(image => !present.Contains(image.Id)).ToList())
        {
            changed |= _labels.Set(image.Id, image.Sha256, null);
            _validation.Remove(image.Id);
            _unlabelled.Remove(image.Id);
            _images.Remove(image.Id);
        }
        return changed;
    }

    private static IQueryable<LiveImage> Rows(IQueryable<ImageRecord> images) =>
        images.AsNoTracking().OrderBy(image => image.Id)
            .Select(image => new LiveImage(image.Id, image.Sha256, image.Split, image.State, image.LabelClassId));

    private bool Apply(List<LiveImage> images)
    {
        var changed = false;
        foreach (var image in images)
        {
            _images[image.Id] = image;
            _lastImageId = Math.Max(_lastImageId, image.Id);
            changed |= _labels.Set(image.Id, image.Sha256, IsToLearn(image) ? image.ClassId : null);
            if (image.State == ImageState.Unlabelled)
            {
                _unlabelled.Add(image);
            }
            else
            {
                _unlabelled.Remove(image.Id);
            }
            if (image is { Split: Split.Validation, State: ImageState.Labelled })
            {
                _validation[image.Id] = image;
                changed = true;
            }
            else
            {
                changed |= _validation.Remove(image.Id);
            }
        }
        return changed;
    }

    private bool IsToLearn(LiveImage image) =>
        image is { Split: Split.Train, State: ImageState.Labelled, ClassId: { } classId } && _classes.Contains(classId);

    /// <summary>Asks the new solution about the validation labels: how often it is right, and which temperature fits them.</summary>
    private void Judge()
    {
        var status = LiveHeadStatus.Empty with { LabelsLearned = _labels.Count, LastUpdateMs = _view.Status.LastUpdateMs };
        if (_solution is { } solution)
        {
            var classes = solution.Classes.Count;
            var known = _validation.Values.Where(image => solution.Classes.IndexOf(image.ClassId!.Value) >= 0 && store.Contains(image.Sha256)).ToList();
            var logits = new float[known.Count * classes];
            var right = 0;
            for (var row = 0; row < known.Count; row++)
            {
                var target = logits.AsSpan(row * classes, classes);
                _ = store.TryGet(known[row].Sha256, out var embedding);
                solution.Logits(embedding.Span, 1, target);
                right += System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(target) == solution.Classes.IndexOf(known[row].ClassId!.Value) ? 1 : 0;
            }
            _solution = _calibration.FitOnValidation(solution, logits, [.. known.Select(image => solution.Classes.IndexOf(image.ClassId!.Value))]);
            status = status with
            {
                ClassCount = classes,
                ValidationCount = known.Count,
                ValidationAccuracy = known.Count == 0 ? null : (double)right / known.Count,
            };
        }
        _view = _view with { Solution = _solution, Store = store, Status = status };
    }
}
