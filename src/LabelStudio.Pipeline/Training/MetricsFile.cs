using System.Globalization;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>A run's epochs as <c>metrics.csv</c> in its folder, for spreadsheets and plotting programs.</summary>
internal static class MetricsFile
{
    public const string Name = "metrics.csv";

    private const string Header =
        "epoch,train_loss_nats,validation_loss_nats,train_accuracy,validation_accuracy,validation_macro_f1,head_learning_rate,backbone_learning_rate,images_per_second,is_best";

    public static void Write(string folder, IEnumerable<EpochCompleted> epochs)
    {
        var temporary = Path.Combine(folder, Name + ".tmp");
        File.WriteAllLines(temporary, epochs.Select(Line).Prepend(Header));
        File.Move(temporary, Path.Combine(folder, Name), overwrite: true);
    }

    private static string Line(EpochCompleted epoch) => string.Join(
        ',',
        epoch.Epoch.ToString(CultureInfo.InvariantCulture),
        Text(epoch.TrainLoss),
        Text(epoch.ValidationLoss),
        Text(epoch.TrainAccuracy),
        Text(epoch.ValidationAccuracy),
        Text(epoch.ValidationMacroF1),
        Text(epoch.HeadLearningRate),
        Text(epoch.BackboneLearningRate),
        Text(epoch.ImagesPerSecond),
        epoch.IsBest ? "1" : "0");

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
