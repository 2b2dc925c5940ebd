using TorchSharp.Modules;
using static TorchSharp.torch.utils.tensorboard;

namespace LabelStudio.Learning.Training;

/// <summary>A run's epochs as a TensorBoard event file, written by TorchSharp's own writer. Thread-safe.</summary>
/// <param name="folder">Folder of the run's event files. Each log begins a file of its own there, with its first epoch; TensorBoard reads them as one run.</param>
public sealed class TensorBoardLog(string folder)
{
    private readonly Lock _gate = new();
    private SummaryWriter? _writer;

    /// <summary>Appends the figures of an epoch as scalars, step = epoch: losses in nats, shares 0 to 1, rates, images per second.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(EpochCompleted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        lock (_gate)
        {
            _writer ??= SummaryWriter(folder);
            Put("loss/train", epoch.TrainLoss);
            Put("accuracy/train", epoch.TrainAccuracy);
            if (epoch.HasValidation)
            {
                Put("loss/validation", epoch.ValidationLoss);
                Put("accuracy/validation", epoch.ValidationAccuracy);
                Put("macro_f1/validation", epoch.ValidationMacroF1);
            }
            Put("learning_rate/head", epoch.HeadLearningRate);
            Put("learning_rate/backbone", epoch.BackboneLearningRate);
            Put("images_per_second", epoch.ImagesPerSecond);
        }

        void Put(string tag, double value) =>
            _writer.add_scalar(tag, (float)value, epoch.Epoch, new DateTimeOffset(DateTime.SpecifyKind(epoch.AtUtc, DateTimeKind.Utc)).ToUnixTimeSeconds());
    }
}
