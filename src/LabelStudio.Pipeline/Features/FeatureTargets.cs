using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// The backbones in use. After a promotion a project has two: the one that serves, whose embeddings are kept up to date, and
/// the promoted model's, whose embeddings are filled in the background and then take over. What serves is remembered on
/// disk, so a restart in the middle goes on. Thread-safe.
/// </summary>
internal sealed class FeatureTargets(
    IDbContextFactory<StudioDbContext> contexts,
    EmbeddingStores stores,
    EmbedderFactory openEmbedder,
    BackboneRegistry backbones,
    StudioPaths paths,
    ILogger log) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ServingBackbones _serving = new(paths);
    private readonly WantedBackbones _wanted = new(paths, backbones);
    private readonly Dictionary<BackboneSource, FeatureTarget> _targets = [];
    private readonly Dictionary<BackboneSource, string> _unusable = [];
    private volatile IReadOnlyDictionary<Guid, ProjectTargets> _projects = new Dictionary<Guid, ProjectTargets>();

    /// <summary>Takes no lock: pages ask while a backbone is being opened.</summary>
    public ProjectTargets? Of(Guid projectId) => _projects.GetValueOrDefault(projectId);

    /// <summary>Looks at what projects want now and which images are new.</summary>
    /// <returns>Projects whose backbones changed.</returns>
    public IReadOnlyList<Guid> Refresh()
    {
        using var db = contexts.CreateDbContext();
        var wishes = db.Projects.AsNoTracking()
            .Select(project => new Wish(project.Id, project.ProductionModelId, project.ProductionModel, project.ExtractorId)).ToList();
        lock (_gate)
        {
            // The default backbone is always open: it is what a new project begins with.
            var pretrained = Open(BackboneSource.Pretrained);
            var before = _projects;
            var projects = wishes.ToDictionary(wish => wish.ProjectId, wish => TargetsFor(wish, pretrained));
            // Counted before anybody sees them: a project whose images are not counted yet would look complete.
            foreach (var target in _targets.Values)
            {
                target.Backlog.Refresh(projects.Where(pair => pair.Value.Uses(target, pretrained)).Select(pair => pair.Key).ToHashSet());
            }
            _projects = projects;
            foreach (var (projectId, targets) in projects)
            {
                Serve(projectId, targets.Serving);
            }
            stores.PretrainedIsOpen(pretrained.Store);
            Retire(pretrained);
            return [.. _projects.Where(pair => before.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => pair.Key)];
        }
    }

    /// <summary>
    /// The next images to embed: those that keep a serving backbone up to date come before a rebuild, and that before what only
    /// judges labels.
    /// </summary>
    /// <returns>The batch, to be given back with <see cref="Finish"/>; null: nothing is left to compute.</returns>
    public FeatureBatch? Next(int count)
    {
        lock (_gate)
        {
            foreach (var use in Enum.GetValues<TargetUse>())
            {
                foreach (var target in _targets.Values)
                {
                    if (target.Backlog.Next(count, projectId => _projects.GetValueOrDefault(projectId)?.UseOf(target) == use) is { Count: > 0 } images)
                    {
                        target.Hold();
                        return new FeatureBatch(target, images);
                    }
                }
            }
            return null;
        }
    }

    /// <summary>Lets complete embeddings take over.</summary>
    /// <returns>The projects that are served by another backbone from now on.</returns>
    public IReadOnlyList<Guid> TakeOver()
    {
        lock (_gate)
        {
            var done = _projects.Where(pair => pair.Value.IsRebuilding && pair.Value.Wanted.IsComplete(pair.Key)).ToList();
            var projects = _projects.ToDictionary();
            foreach (var (projectId, targets) in done)
            {
                _serving.Set(projectId, targets.Wanted.Source);
                Serve(projectId, targets.Wanted);
                projects[projectId] = targets with { Serving = targets.Wanted };
                log.LogInformation("Project {ProjectId} is served by the embeddings of {Backbone} now", projectId, targets.Wanted.Source);
            }
            _projects = projects;
            return [.. done.Select(pair => pair.Key)];
        }
    }

    /// <summary>Takes a batch back, computed or not.</summary>
    public void Finish(FeatureBatch batch)
    {
        lock (_gate)
        {
            batch.Target.Backlog.Finish(batch.Images);
            Release(batch.Target);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var target in _targets.Values)
            {
                target.Dispose();
            }
            _targets.Clear();
        }
    }

    private void Serve(Guid projectId, FeatureTarget target) => stores.Serve(projectId, target.Store, target.Source.HasLearned);

    private ProjectTargets TargetsFor(Wish wish, FeatureTarget pretrained)
    {
        var current = TryOpen(_serving.Of(wish.ProjectId));
        var (wanted, problem) = Wanted(wish);
        if (current is null)
        {
            // What served is gone for good, so there is nothing to wait with.
            current = wanted ?? pretrained;
            _serving.Set(wish.ProjectId, current.Source);
        }
        return new ProjectTargets(current, wanted ?? current, wish.ExtractorId is null ? wish.PromotedModel : "the chosen feature extractor", problem);
    }

    private (FeatureTarget? Target, string? Problem) Wanted(Wish wish)
    {
        try
        {
            var source = _wanted.Of(wish.PromotedModelId, wish.ExtractorId);
            return TryOpen(source) is { } target ? (target, null) : (null, _unusable[source]);
        }
        catch (ModelFolderException error)
        {
            return (null, error.Message);
        }
    }

    private FeatureTarget? TryOpen(BackboneSource source)
    {
        if (_unusable.ContainsKey(source))
        {
            return null;
        }
        try
        {
            return Open(source);
        }
        catch (Exception error) when (source != BackboneSource.Pretrained)
        {
            _unusable[source] = error.Message;
            log.LogError(error, "The backbone {Backbone} cannot be used; projects go on with the one before", source);
            return null;
        }
    }

    private FeatureTarget Open(BackboneSource source)
    {
        if (!_targets.TryGetValue(source, out var target))
        {
            var embedder = openEmbedder(source);
            _targets[source] = target = new FeatureTarget(source, embedder, stores.Open(embedder.Key, embedder.EmbeddingSize), contexts);
        }
        return target;
    }

    private void Retire(FeatureTarget pretrained)
    {
        var unused = _targets.Values.Where(target => target != pretrained && _projects.Values.All(project => project.Serving != target && project.Wanted != target)).ToList();
        foreach (var target in unused)
        {
            _targets.Remove(target.Source);
            Release(target);
        }
    }

    /// <summary>Closes a target that nobody wants any more once its last batch is back.</summary>
    private void Release(FeatureTarget target)
    {
        if (!target.Release())
        {
            return;
        }
        target.Dispose();
        // A model with only another head has the same backbone: its store may be in use still.
        if (_targets.Values.All(other => other.Store != target.Store))
        {
            stores.Close(target.Store.Key);
        }
    }

    private sealed record Wish(Guid ProjectId, Guid? PromotedModelId, string? PromotedModel, Guid? ExtractorId);
}
