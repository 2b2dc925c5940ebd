using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Training;

/// <summary>What training costs on this machine: measured once, when somebody first asks, and kept while the program runs.</summary>
public sealed class RunEstimates(StudioPaths paths, TimeProvider clock, ILogger<RunEstimates> log)
{
    private readonly Lock _gate = new();
    private Task<TrainingCost>? _cost;

    /// <summary>The measured cost; the first caller waits some seconds. Null: it could not be measured, the next caller tries again.</summary>
    public async Task<TrainingCost?> CostAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Measured().WaitAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogWarning(error, "The cost of training on this machine could not be measured");
            return null;
        }
    }

    private Task<TrainingCost> Measured()
    {
        lock (_gate)
        {
            return _cost is null or { IsFaulted: true } ? _cost = TrainingThread.RunAsync(Measure) : _cost;
        }
    }

    private TrainingCost Measure() => TrainingCost.Measure(
        BackboneDescriptor.EfficientNetLite0, WeightFile.Read(StudioPaths.PretrainedWeights), Path.Combine(paths.Trainer, $"measure-{Guid.NewGuid():N}"), clock);
}
