using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Training;

/// <summary>Why a training run ended. All but <see cref="LossNotFinite"/> leave a usable best head; <see cref="Paused"/> is no end but an interval.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StopReason>))]
public enum StopReason
{
    /// <summary>All epochs of the plan were run.</summary>
    Completed,

    /// <summary>Validation macro-F1 did not get higher for as many epochs as the plan's patience.</summary>
    PatienceExhausted,

    /// <summary>Somebody stopped the run; the best epoch so far is kept.</summary>
    UserStopped,

    /// <summary>The plan's time limit was reached; the best epoch so far is kept. Before the end of the first one nothing was learned.</summary>
    TimeLimit,

    /// <summary>Somebody paused the run; it goes on from its checkpoint.</summary>
    Paused,

    /// <summary>The loss became infinite or not a number: the learning rate is too high, or an embedding is damaged.</summary>
    LossNotFinite,
}
