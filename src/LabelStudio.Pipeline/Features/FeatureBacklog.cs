using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Which images lack an embedding. Filled from the database by rising image id; what is taken from it is decided anew
/// against the store, so a restart or an image in two projects needs no bookkeeping.
/// </summary>
internal sealed class FeatureBacklog(IDbContextFactory<StudioDbContext> contexts, EmbeddingStore store)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ProjectBacklog> _projects = [];
    private readonly HashSet<long> _inFlight = [];
    private HashSet<Guid> _projectIds = [];
    private long _lastImageId;

    /// <summary>
    /// Reads images of the projects that joined since the last call; after a deletion, or when the projects are others, reads
    /// everything again.
    /// </summary>
    public void Refresh(IReadOnlySet<Guid> projectIds)
    {
        using var db = contexts.CreateDbContext();
        if (!_projectIds.SetEquals(projectIds))
        {
            Clear();
            _projectIds = [.. projectIds];
        }
        var images = db.Images.AsNoTracking().Where(image => EF.Parameter(projectIds.ToArray()).Contains(image.ProjectId));
        var total = Take(ImagesAfter(images, _lastImageId));
        if (total == images.Count(image => image.Id <= _lastImageId))
        {
            return;
        }
        Clear();
        Take(ImagesAfter(images, 0));
    }

    /// <summary>The newest images of one project, the projects taking turns so that one large import holds nobody up.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="takes">Which projects have their turn.</param>
    public List<PendingImage> Next(int count, Func<Guid, bool> takes)
    {
        lock (_gate)
        {
            var batch = new List<PendingImage>(count);
            while (batch.Count == 0)
            {
                var project = _projects.Where(pair => pair.Value.Pending.Count > 0 && takes(pair.Key)).Select(pair => pair.Value).MinBy(item => item.LastTurn);
                if (project is null)
                {
                    break;
                }
                project.LastTurn = _projects.Values.Max(item => item.LastTurn) + 1;
                while (batch.Count < count && project.Pending.TryPop(out var image))
                {
                    if (store.Contains(image.Sha256))
                    {
                        project.Done++;
                    }
                    else if (store.IsRefused(image.Sha256))
                    {
                        project.Refused++;
                    }
                    else
                    {
                        batch.Add(image);
                        _inFlight.Add(image.Id);
                    }
                }
            }
            return batch;
        }
    }

    /// <summary>Counts what became of a batch.</summary>
    public void Finish(IEnumerable<PendingImage> batch)
    {
        lock (_gate)
        {
            foreach (var image in batch)
            {
                // When all was read again meanwhile, the image waits once more and is counted then.
                if (_inFlight.Remove(image.Id) && _projects.TryGetValue(image.ProjectId, out var project))
                {
                    // Neither computed nor refused: its file was gone. Not tried again, or a lost file would be tried for ever.
                    _ = store.Contains(image.Sha256) ? project.Done++ : project.Refused++;
                }
            }
        }
    }

    public (int Done, int Total, int Refused) CountsOf(Guid projectId)
    {
        lock (_gate)
        {
            return _projects.TryGetValue(projectId, out var project) ? (project.Done, project.Total, project.Refused) : (0, 0, 0);
        }
    }

    private static List<PendingImage> ImagesAfter(IQueryable<ImageRecord> images, long imageId) =>
        images.Where(image => image.Id > imageId).OrderBy(image => image.Id)
            .Select(image => new PendingImage(image.Id, image.ProjectId, image.Sha256, image.Extension))
            .ToList();

    private void Clear()
    {
        lock (_gate)
        {
            _projects.Clear();
            _inFlight.Clear();
            _lastImageId = 0;
        }
    }

    private int Take(List<PendingImage> images)
    {
        lock (_gate)
        {
            foreach (var image in images)
            {
                if (!_projects.TryGetValue(image.ProjectId, out var project))
                {
                    _projects[image.ProjectId] = project = new ProjectBacklog();
                }
                project.Total++;
                Count(project, image);
                _lastImageId = image.Id;
            }
            return _projects.Values.Sum(project => project.Total);
        }
    }

    private void Count(ProjectBacklog project, PendingImage image)
    {
        if (store.Contains(image.Sha256))
        {
            project.Done++;
        }
        else if (store.IsRefused(image.Sha256))
        {
            project.Refused++;
        }
        else
        {
            project.Pending.Push(image);
        }
    }

    private sealed class ProjectBacklog
    {
        public Stack<PendingImage> Pending { get; } = [];

        public int Total { get; set; }

        public int Done { get; set; }

        public int Refused { get; set; }

        public long LastTurn { get; set; }
    }
}
