using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Training;

/// <summary>What training costs on this machine: measured once for each backbone, when somebody first asks, and kept while the program runs.</summary>
public sealed class RunEstimates(
    StudioPaths paths, BackboneRegistry backbones, IOptions<RunEstimatesOptions> options, TimeProvider clock, ILogger<RunEstimates> log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BackboneDescriptor, Task<TrainingCost>> _costs = [];

    /// <summary>The measured cost; the first caller waits some seconds. Null: it could not be measured, the next caller tries again.</summary>
    /// <param name="backbone">Name of the backbone that is trained; null: the default.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<TrainingCost?> CostAsync(string? backbone, CancellationToken cancellationToken)
    {
        if (backbones.Find(backbone) is not { } network)
        {
            return null;
        }
        try
        {
            return await Measured(network).WaitAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogWarning(error, "The cost of training {Backbone} on this machine could not be measured", network.Name);
            return null;
        }
    }

    private Task<TrainingCost> Measured(BackboneDescriptor network)
    {
        lock (_gate)
        {
            return _costs.GetValueOrDefault(network) is { IsFaulted: false } cost ? cost : _costs[network] = TrainingThread.RunAsync(() => Measure(network));
        }
    }

    private TrainingCost Measure(BackboneDescriptor network) => TrainingCost.Measure(
        network, WeightFile.Read(backbones.WeightsPath(network)), Path.Combine(paths.Trainer, $"measure-{Guid.NewGuid():N}"), options.Value.Threads, clock);
}
