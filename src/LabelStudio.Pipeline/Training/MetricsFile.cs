using System.Globalization;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// A run's epochs as <c>metrics.csv</c> in its folder, for spreadsheets and plotting programs: one line an epoch, so none in
/// a run that trained nothing, and without validation images nothing about these. The last columns are the recall of each
/// class on validation, named by the class's permanent id.
/// </summary>
internal static class MetricsFile
{
    public const string Name = "metrics.csv";

    private const string Header =
        "epoch,train_loss_nats,validation_loss_nats,train_accuracy,validation_accuracy,validation_macro_f1,head_learning_rate,backbone_learning_rate,images_per_second,is_best";

    public static void Write(string folder, RunView view)
    {
        var classIds = view.Started?.ClassIds ?? [];
        var temporary = Path.Combine(folder, Name + ".tmp");
        File.WriteAllLines(
            temporary,
            view.Epochs.Select(epoch => Line(epoch, classIds.Count)).Prepend(string.Join(',', classIds.Select(id => $"validation_recall_{id}").Prepend(Header))));
        File.Move(temporary, Path.Combine(folder, Name), overwrite: true);
    }

    private static string Line(EpochCompleted epoch, int classes)
    {
        string Validation(double value) => epoch.HasValidation ? Text(value) : "";
        string[] cells =
        [
            epoch.Epoch.ToString(CultureInfo.InvariantCulture),
            Text(epoch.TrainLoss),
            Validation(epoch.ValidationLoss),
            Text(epoch.TrainAccuracy),
            Validation(epoch.ValidationAccuracy),
            Validation(epoch.ValidationMacroF1),
            Text(epoch.HeadLearningRate),
            Text(epoch.BackboneLearningRate),
            Text(epoch.ImagesPerSecond),
            epoch.IsBest ? "1" : "0",
            .. Enumerable.Range(0, classes).Select(index => epoch.PerClassAccuracy.ElementAtOrDefault(index) is { } recall ? Text(recall) : ""),
        ];
        return string.Join(',', cells);
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
