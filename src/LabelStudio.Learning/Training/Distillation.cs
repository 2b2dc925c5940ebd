using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>The part of the loss that holds the logits of old classes near those of the model a run started from.</summary>
/// <remarks>
/// T²·KL(teacher ‖ student) over the old classes at temperature T: Hinton and others 2015, "Distilling the knowledge in a
/// neural network"; on old outputs of a growing model: Li and Hoiem 2016, "Learning without forgetting".
/// </remarks>
internal static class Distillation
{
    /// <summary>The loss with distillation added; the very same when the plan has none.</summary>
    /// <param name="loss">Cross-entropy, nats.</param>
    /// <param name="logits">Of the network now, float32 [batch, classes].</param>
    /// <param name="teacher">Of the start on the same pictures, float32 [batch, old]; null: there is no old class.</param>
    /// <param name="plan">Weight and temperature.</param>
    public static Tensor Add(Tensor loss, Tensor logits, Tensor? teacher, TrainingPlan plan)
    {
        if (plan.DistillationWeight == 0 || teacher is null)
        {
            return loss;
        }
        var temperature = plan.DistillationTemperature;
        var old = nn.functional.log_softmax(logits.narrow(1, 0, teacher.shape[1]).Times(1 / temperature), 1); // [batch, old]
        var wanted = nn.functional.log_softmax(teacher.Times(1 / temperature), 1); // [batch, old]
        var divergence = (wanted.exp() * wanted.Plus(old, -1)).sum(1).mean();
        return loss.Plus(divergence, plan.DistillationWeight * temperature * temperature);
    }
}
