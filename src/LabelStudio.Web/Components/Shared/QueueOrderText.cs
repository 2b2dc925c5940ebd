using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Components.Shared;

/// <summary>What the orders of images to label are called, and what each is good for in one line.</summary>
public static class QueueOrderText
{
    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<QueueOrder> All { get; } =
    [
        QueueOrder.Uncertain, QueueOrder.LeastConfident, QueueOrder.Entropy, QueueOrder.Diverse,
        QueueOrder.Mixed, QueueOrder.ClassBalanced, QueueOrder.Random, QueueOrder.Oldest,
    ];

    public static string NameOf(QueueOrder order) => order switch
    {
        QueueOrder.Uncertain => "closest call",
        QueueOrder.LeastConfident => "least confident",
        QueueOrder.Entropy => "highest entropy",
        QueueOrder.Diverse => "most different",
        QueueOrder.Mixed => "uncertain and random",
        QueueOrder.ClassBalanced => "balanced classes",
        QueueOrder.Random => "random",
        QueueOrder.Oldest => "oldest first",
    };

    public static string ExplanationOf(QueueOrder order) => order switch
    {
        QueueOrder.Uncertain => "The two best classes are nearest to each other: as a rule the model learns fastest from these.",
        QueueOrder.LeastConfident => "The best class has the lowest probability: finds what fits no class well.",
        QueueOrder.Entropy => "The probabilities are spread over many classes: finds what could be almost anything.",
        QueueOrder.Diverse => "One of each group of alike images in turn: shows early what there is, whatever the model knows.",
        QueueOrder.Mixed => "Seven of ten are close calls, three are drawn at random: keeps an eye on what the model is sure of.",
        QueueOrder.ClassBalanced => "Images of the classes with the fewest labels, as the model sees them: helps rare classes.",
        QueueOrder.Random => "Drawn at random, the same for all: shows how the images really are.",
        QueueOrder.Oldest => "In the order in which the images came.",
    };
}
