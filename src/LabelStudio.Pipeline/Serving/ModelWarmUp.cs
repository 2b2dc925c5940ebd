using System.Collections.Concurrent;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Serving;

/// <summary>Loads a model when it is promoted, so that nobody waits for the first answer.</summary>
internal sealed class ModelWarmUp(
    IDbContextFactory<StudioDbContext> contexts, ActiveModels models, ChangeSignals signals, ILogger<ModelWarmUp> log) : BackgroundService
{
    private readonly ConcurrentDictionary<Guid, Guid> _warm = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signals.Subscribe(Guid.Empty, ChangeTopic.Models, () => LookAsync(stoppingToken), TimeSpan.FromMilliseconds(200));
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var promoted = await db.Projects.Where(project => project.ProductionModelId != null)
            .Select(project => new { project.Id, Model = project.ProductionModelId!.Value }).ToListAsync(cancellationToken);
        foreach (var project in promoted.Where(item => !_warm.TryGetValue(item.Id, out var model) || model != item.Model))
        {
            _warm[project.Id] = project.Model;
            try
            {
                await models.WarmUpAsync(project.Model, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogWarning(error, "The promoted model {ModelVersionId} of project {ProjectId} could not be loaded", project.Model, project.Id);
            }
        }
    }
}
