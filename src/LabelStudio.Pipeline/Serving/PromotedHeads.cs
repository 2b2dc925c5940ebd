using System.Collections.Concurrent;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// The promoted models of projects that take suggestions from them. No image is read for it: the embeddings of a promoted
/// model's backbone are filled in the background, and its head on them takes microseconds. Thread-safe.
/// </summary>
public sealed class PromotedHeads(EmbeddingStores stores, StudioPaths paths)
{
    private readonly ConcurrentDictionary<Guid, PromotedHead> _heads = new();
    private readonly ConcurrentDictionary<Guid, PromotedHeadStatus> _status = new();

    /// <summary>How the project stands with its promoted model; null: the live head suggests, as it is usual.</summary>
    public PromotedHeadStatus? StatusOf(Guid projectId) => _status.GetValueOrDefault(projectId);

    internal Adviser? AdviserOf(StudioDbContext db, Guid projectId)
    {
        var project = db.Projects.AsNoTracking().Where(item => item.Id == projectId)
            .Select(item => new { item.SuggestionSource, item.ProductionModelId, item.ProductionModel }).FirstOrDefault();
        if (project is not { SuggestionSource: SuggestionSource.PromotedModel })
        {
            _status.TryRemove(projectId, out _);
            return null;
        }

        if (project is not { ProductionModelId: { } modelId, ProductionModel: { } name })
        {
            _status[projectId] = new PromotedHeadStatus(null, [], "No model is promoted yet: the live head suggests.");
            return null;
        }

        // A model never changes, so its folder is read once; what could not be read may be there again the next time.
        if (!_heads.TryGetValue(modelId, out var head) && (head = Read(modelId)).Problem is null)
        {
            _heads[modelId] = head;
        }
        var classifier = head.Head is null ? null : new CalibratedHead(head.Head, head.Temperature, Present(db, projectId));
        var store = head.Key is null ? null : stores.Find(head.Key);
        var problem = head.Problem
            ?? (store is null ? $"{name} sees pictures in another way than this project's feature extractor: the live head suggests." : null)
            ?? (classifier!.Classes.Count < 2 ? $"{name} knows fewer than two of the classes in use: the live head suggests." : null);
        _status[projectId] = new PromotedHeadStatus(name, classifier?.Classes.ClassIds ?? [], problem);
        return problem is null ? new Adviser(name, classifier!, store!) : null;
    }

    /// <summary>The class that an answer counts for; null: it is archived or left out of training, and nobody wants to hear of it.</summary>
    private static Func<Guid, Guid?> Present(StudioDbContext db, Guid projectId)
    {
        var known = MergedClasses.Present(db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToList());
        return classId => known.GetValueOrDefault(classId) is { IsLeftOutOfTraining: false } now ? now.Id : null;
    }

    private PromotedHead Read(Guid modelId)
    {
        var folder = paths.ModelFolder(modelId);
        try
        {
            var manifest = ModelFolder.Read(folder);
            return new PromotedHead(ModelFolder.ReadHead(folder), manifest.Temperature, manifest.EmbeddingKey, null);
        }
        catch (ModelFolderException error)
        {
            return new PromotedHead(null, 1, null, error.Message);
        }
    }
}
