using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// Asks a model about a picture. Names and merges are those of today: a class merged since adds its probability to the one
/// that took its images over, and an archived class is left out of the answer.
/// </summary>
public sealed class PredictionService(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, ActiveModels models) : IDisposable
{
    /// <summary>More than this at a time would only wait in each other's way.</summary>
    private readonly SemaphoreSlim _turns = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Asks a model version, promoted or not. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="modelVersionId">The model.</param>
    /// <param name="image">The picture file's bytes.</param>
    /// <param name="top">How many classes to return.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ImageRefusedException">The bytes are no picture that can be taken.</exception>
    public async Task<PredictionResult> PredictWithAsync(Guid userId, Guid modelVersionId, byte[] image, int top, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var projectId = await db.ModelVersions.Where(model => model.Id == modelVersionId && model.DeletedUtc == null).Select(model => (Guid?)model.ProjectId)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("The model version is not there any more.");
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await AnswerAsync(db, modelVersionId, image, top, cancellationToken);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<PredictionResult> AnswerAsync(
        StudioDbContext db, Guid modelVersionId, byte[] image, int top, CancellationToken cancellationToken)
    {
        if (top < 1)
        {
            throw new InvalidRequestException($"{top} classes were asked for. Ask for one or more.");
        }

        var version = await db.ModelVersions.AsNoTracking().SingleAsync(model => model.Id == modelVersionId, cancellationToken);
        var labels = await Combinations.ReadAsync(db, version.ProjectId, cancellationToken);
        var (entries, probabilities) = await RunAsync(modelVersionId, image, cancellationToken);
        var all = Resolve(entries, probabilities, labels.Classes);
        var thresholds = await ModelThresholds.OfAsync(db, modelVersionId, cancellationToken);
        if (all.Count > 0 && entries.Any(entry => entry.MemberIds is not null))
        {
            var set = SetOf(all, labels, thresholds);
            return new PredictionResult(modelVersionId, version.Number, [.. set.Marginals.Take(top)], thresholds.OverallMarginal) { Set = set };
        }

        ClassProbability[] answer = [.. all.OrderByDescending(item => item.Probability).Take(top)];
        return new PredictionResult(modelVersionId, version.Number, answer, answer.Length == 0 ? thresholds.Overall : thresholds.Of(answer[0].ClassId));
    }

    private async Task<(IReadOnlyList<ClassEntry> Classes, float[] Probabilities)> RunAsync(
        Guid modelVersionId, byte[] image, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            using var rented = await models.RentAsync(modelVersionId, cancellationToken);
            var predictor = rented.Predictor;
            // Decoding and the network take tens of milliseconds: not on the caller's thread, which may be a circuit's.
            return (predictor.Manifest.Classes, await Task.Run(() => predictor.Predict(image), cancellationToken));
        }
        catch (ModelFolderException error)
        {
            throw new ConflictException(error.Message);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>The labels that the model can answer today, classes and combinations, in its order.</summary>
    private static List<ClassProbability> Resolve(IReadOnlyList<ClassEntry> entries, float[] probabilities, IReadOnlyCollection<ClassDefinition> classes)
    {
        var known = MergedClasses.Present(classes);
        ClassDefinition?[] present = [.. entries.OrderBy(entry => entry.Index).Select(entry => known.GetValueOrDefault(entry.Id))];
        var answered = present.OfType<ClassDefinition>().Distinct().ToList();
        var folded = ProbabilityFold.Into(probabilities, [.. present.Select(item => item is null ? -1 : answered.IndexOf(item))], answered.Count);
        return [.. answered.Select((item, index) => new ClassProbability(item.Id, item.Name, folded[index]))];
    }

    /// <summary>A combination's probability counts for each of its classes.</summary>
    private static PredictedSet SetOf(List<ClassProbability> all, Combinations labels, AnswerThresholds thresholds)
    {
        var shown = all.ConvertAll(label => labels.MembersOf(label.ClassId));
        Guid[] ids = [.. shown.SelectMany(members => members).Distinct()];
        ClassProbability[] ordered = [.. all.OrderByDescending(label => label.Probability)];
        var showsNone = labels.MembersOf(ordered[0].ClassId).Count == 0;
        if (ids.Length == 0)
        {
            return new(ordered, showsNone, [], thresholds);
        }

        var members = new LabelMembers(shown.Select(of => of.Select(id => Array.IndexOf(ids, id))), ids.Length);
        var marginals = members.Marginals([.. all.Select(label => (float)label.Probability)]);
        var names = labels.Classes.ToDictionary(item => item.Id, item => item.Name);
        return new(ordered, showsNone, [.. ids.Zip(marginals, (id, value) => new ClassProbability(id, names[id], value)).OrderByDescending(item => item.Probability)], thresholds);
    }
}
