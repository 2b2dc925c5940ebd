using LabelStudio.Learning.Training;

namespace LabelStudio.Web.Api;

/// <summary>One finished epoch. A figure that was not finite is null: JSON has no word for it.</summary>
public sealed record EpochAnswer(int Epoch, double? TrainLoss, double? ValidationLoss, double? TrainAccuracy, double? ValidationAccuracy, double? ValidationMacroF1, bool IsBest)
{
    public static EpochAnswer Of(EpochCompleted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        return new(
            epoch.Epoch,
            Finite(epoch.TrainLoss),
            Finite(epoch.ValidationLoss),
            Finite(epoch.TrainAccuracy),
            Finite(epoch.ValidationAccuracy),
            Finite(epoch.ValidationMacroF1),
            epoch.IsBest);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
