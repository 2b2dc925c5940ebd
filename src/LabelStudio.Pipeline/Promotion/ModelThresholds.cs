using System.Text.Json;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Keeps from which probability a model version answers. They hold for prediction at once.</summary>
public sealed class ModelThresholds(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ModelRegistry models, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>A model's thresholds. Needs the right to view.</summary>
    public async Task<KeptThresholds> GetAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        await models.GetAsync(userId, modelVersionId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await Newest(db, modelVersionId)
            .Select(item => new { Item = item, User = db.Users.Where(user => user.Id == item.UserId).Select(user => user.DisplayName).FirstOrDefault() })
            .FirstOrDefaultAsync(cancellationToken);
        return newest is null ? new(AnswerThresholds.None, null, null) : new(Of(newest.Item), newest.User, newest.Item.AtUtc);
    }

    /// <summary>Sets a model's thresholds. Needs the right to promote: they change what the model answers.</summary>
    public async Task KeepAsync(Guid userId, Guid modelVersionId, AnswerThresholds thresholds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        await access.DemandAsync(userId, model.ProjectId, StudioRight.Promote, cancellationToken);
        if (thresholds.Classes.Values.Append(thresholds.Overall).Any(value => value is not (>= 0 and <= 1)))
        {
            throw new InvalidRequestException("A threshold lies outside 0 to 100 %. Choose one within.");
        }
        await writer.WriteAsync(
            (db, _) => Task.FromResult(db.Add(new ThresholdRecord
            {
                ModelVersionId = modelVersionId,
                UserId = userId,
                AtUtc = clock.GetUtcNow().UtcDateTime,
                Overall = thresholds.Overall,
                ClassesJson = JsonSerializer.Serialize(thresholds.Classes),
            })),
            cancellationToken);
        signals.Publish(model.ProjectId, ChangeTopic.Models);
    }

    /// <summary>The thresholds that hold now, without asking for a right: for services.</summary>
    internal static async Task<AnswerThresholds> OfAsync(StudioDbContext db, Guid modelVersionId, CancellationToken cancellationToken) =>
        await Newest(db, modelVersionId).FirstOrDefaultAsync(cancellationToken) is { } newest ? Of(newest) : AnswerThresholds.None;

    private static IQueryable<ThresholdRecord> Newest(StudioDbContext db, Guid modelVersionId) =>
        db.Set<ThresholdRecord>().AsNoTracking().Where(item => item.ModelVersionId == modelVersionId).OrderByDescending(item => item.Id);

    private static AnswerThresholds Of(ThresholdRecord record) =>
        new(record.Overall, JsonSerializer.Deserialize<Dictionary<Guid, double>>(record.ClassesJson) ?? []);
}
