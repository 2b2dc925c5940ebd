using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// Which images lack an embedding. Filled from the database by rising image id; what is taken from it is decided anew
/// against the store, so a restart or an image in two projects needs no bookkeeping.
/// </summary>
internal sealed class FeatureBacklog(IDbContextFactory<StudioDbContext> contexts)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ProjectBacklog> _projects = [];
    private long _lastImageId;

    /// <summary>Reads images that joined since the last call; after a deletion, reads everything again.</summary>
    public void Refresh(EmbeddingStore store)
    {
        using var db = contexts.CreateDbContext();
        var joined = ImagesAfter(db, _lastImageId);
        var total = Take(joined, store);
        if (total == db.Images.Count(image => image.Id <= _lastImageId))
        {
            return;
        }
        Clear();
        Take(ImagesAfter(db, 0), store);
    }

    /// <summary>Forgets everything: the next refresh reads all images.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _projects.Clear();
            _lastImageId = 0;
        }
    }

    /// <summary>The newest images of one project, the projects taking turns so that one large import holds nobody up.</summary>
    public List<PendingImage> Next(EmbeddingStore store, int count)
    {
        lock (_gate)
        {
            var batch = new List<PendingImage>(count);
            while (batch.Count == 0)
            {
                var project = _projects.Values.Where(item => item.Pending.Count > 0).MinBy(item => item.LastTurn);
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
                    }
                }
            }
            return batch;
        }
    }

    /// <summary>Counts what became of a batch.</summary>
    public void Finish(IEnumerable<PendingImage> batch, EmbeddingStore store)
    {
        lock (_gate)
        {
            foreach (var image in batch)
            {
                if (_projects.TryGetValue(image.ProjectId, out var project))
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

    private static List<PendingImage> ImagesAfter(StudioDbContext db, long imageId) =>
        db.Images.AsNoTracking().Where(image => image.Id > imageId).OrderBy(image => image.Id)
            .Select(image => new PendingImage(image.Id, image.ProjectId, image.Sha256, image.Extension))
            .ToList();

    private int Take(List<PendingImage> images, EmbeddingStore store)
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
                Count(project, image, store);
                _lastImageId = image.Id;
            }
            return _projects.Values.Sum(project => project.Total);
        }
    }

    private static void Count(ProjectBacklog project, PendingImage image, EmbeddingStore store)
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
