using System.Text.Json;
using LabelStudio.Learning.Memory;

namespace LabelStudio.Learning.Training;

/// <summary>
/// All settings of a training run. A value: equal plans with equal data and seed give the same model on the same machine
/// and device. Serialised as JSON; a setting that an older file lacks takes its default.
/// </summary>
public sealed record TrainingPlan
{
    /// <summary>What is trained. Default: the head only.</summary>
    public TrainedLayers Layers { get; init; } = TrainedLayers.HeadOnly;

    /// <summary>With <see cref="TrainedLayers.LastStages"/>: how many of the backbone's last stages train. Default 2, the measured best for the time.</summary>
    public int LastStageCount { get; init; } = 2;

    /// <summary>
    /// Name of the pretrained backbone that a first training starts from; null is the program's default. A run that extends
    /// a model has that model's.
    /// </summary>
    public string? Backbone { get; init; }

    /// <summary>Passes over the training images, 1 to 1000.</summary>
    public int Epochs { get; init; } = 6;

    /// <summary>Images in one step, 1 to 4096. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Highest learning rate of the head, reached after the warm-up. Default 1e-3.</summary>
    public double HeadLearningRate { get; init; } = 1e-3;

    /// <summary>Highest learning rate of the trained backbone stages. Default 3e-4: ten times less loses accuracy, ten times more forgets.</summary>
    public double BackboneLearningRate { get; init; } = 3e-4;

    /// <summary>
    /// How strongly a head that trains on stored embeddings is pulled towards 0, relative to embedding size over images.
    /// Default 0.1: on clothing with 24 images a class 0.8 had a log loss of 0.87 and 0.1 one of 0.53; with 120 less than
    /// 0.1 gains nothing.
    /// </summary>
    public double HeadPenalty { get; init; } = 0.1;

    /// <summary>AdamW's decoupled weight decay of the trained backbone stages. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of the target's probability spread over all classes, 0 to below 1. Default 0.05.</summary>
    public double LabelSmoothing { get; init; } = 0.05;

    /// <summary>Share of the embedding's numbers set to 0 while training, 0 to below 1. Default 0.2, as the published network was trained.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>Share of all steps in which the learning rate climbs from 0, after which it falls to 0 along a cosine. Default 0.1.</summary>
    public double WarmupShare { get; init; } = 0.1;

    /// <summary>Draw every class equally often, however many images it has. Default true: otherwise large classes take over small ones. Nothing is balanced where labels are combinations of classes.</summary>
    public bool ClassBalanced { get; init; } = true;

    /// <summary>Show the mirror image half of the time. Turn off for classes that mirroring changes, such as digits.</summary>
    public bool MirrorFlip { get; init; } = true;

    /// <summary>Show randomly cropped and resized images while the backbone trains. Default false.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>
    /// How far brightness, contrast and saturation of a training image may change while the backbone trains, as a share, 0
    /// to below 1. Default 0, off: where colour tells classes apart it does harm.
    /// </summary>
    public double ColourChange { get; init; }

    /// <summary>Which images of classes that the parent model knows are shown again. Default all.</summary>
    public RehearsalMemory Rehearsal { get; init; }

    /// <summary>With a memory other than all: images kept of each old class, 1 to 10,000. Default 100.</summary>
    public int ExemplarsPerClass { get; init; } = 100;

    /// <summary>
    /// Weight of the distillation of the parent's logits on old classes against the cross-entropy, 0 to 100. Default 0, off:
    /// with all old images at hand it gains nothing.
    /// </summary>
    public double DistillationWeight { get; init; }

    /// <summary>Temperature at which logits are distilled, 0.1 to 20. Default 2, as in "Learning without forgetting".</summary>
    public double DistillationTemperature { get; init; } = 2;

    /// <summary>Trains the backbone although few images of old classes are at hand (see <see cref="OldImages"/>). Default false.</summary>
    public bool TrainsOnFewOldImages { get; init; }

    /// <summary>Side in pixels of the square the image is squeezed to, a multiple of 32 from 64 to 512. Default 224.</summary>
    public int SidePx { get; init; } = 224;

    /// <summary>
    /// Epochs without a higher validation macro-F1 after which the run ends; 0 turns that off. With the head alone an equal one
    /// with a lower loss counts as higher.
    /// </summary>
    public int Patience { get; init; } = 3;

    /// <summary>Epochs before which the run does not end for want of patience; 0: none. Default 0.</summary>
    public int MinimumEpochs { get; init; }

    /// <summary>Seed of every random choice of the run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The run ends after this time and keeps its best epoch, or fails when none was finished; null is no limit. It counts
    /// from the moment a trainer takes the run, fetching and preparing the images included; the test and packing at the end
    /// come on top, and time in a queue or a pause does not count.
    /// </summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>True when a run has gone on long enough since its highest epoch.</summary>
    internal bool IsPatienceOver(int epoch, int highestEpoch) => Patience > 0 && epoch >= MinimumEpochs && epoch - highestEpoch >= Patience;

    /// <summary>
    /// Head only, on stored embeddings: seconds to a minute. Without dropout, which cost a point on embeddings that stay
    /// the same in every epoch.
    /// </summary>
    public static TrainingPlan Quick { get; } = new() { Epochs = 30, Patience = 10, Dropout = 0, HeadLearningRate = 3e-3 };

    /// <summary>The head and the two last stages at 160 px: minutes on a CPU. The measured default recipe.</summary>
    public static TrainingPlan Balanced { get; } = new() { Layers = TrainedLayers.LastStages, SidePx = 160 };

    /// <summary>
    /// The measured recipe for adding classes: from the parent model's weights on the images of all classes, two thirds of a
    /// first training's epochs or fewer. Over six seeds on 1,000 images four epochs in each of two steps ended at an accuracy of
    /// 0.897, training anew on everything at 0.893; a step cost the old classes 0.6 points on average.
    /// </summary>
    /// <param name="trainingImages">Images of old and new classes together; from 3,000 on two epochs do.</param>
    public static TrainingPlan ForAddedClasses(int trainingImages) => Balanced with { Epochs = trainingImages >= 3000 ? 2 : 4 };

    /// <summary>The head and the three last stages with random crops at 224 px: for a GPU or a night.</summary>
    public static TrainingPlan Thorough { get; } = new()
    {
        Layers = TrainedLayers.LastStages,
        LastStageCount = 3,
        Epochs = 15,
        Patience = 5,
        RandomCrop = true,
    };

    /// <summary>Everything wrong with the plan, each as one sentence for the person who set it; empty when it can be run.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        void Demand(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        Demand(Enum.IsDefined(Layers), "The trained layers are unknown. Choose head only, last stages or whole network.");
        Demand(LastStageCount is >= 1 and <= 7, $"The number of last stages is {LastStageCount}. Set it from 1 to 7.");
        Demand(Epochs is >= 1 and <= 1000, $"The number of epochs is {Epochs}. Set it from 1 to 1000.");
        Demand(BatchSize is >= 1 and <= 4096, $"The batch size is {BatchSize}. Set it from 1 to 4096.");
        Demand(HeadLearningRate is > 0 and <= 1, $"The head's learning rate is {Text(HeadLearningRate)}. Set it above 0 and up to 1; 0.001 is usual.");
        Demand(BackboneLearningRate is > 0 and <= 1, $"The backbone's learning rate is {Text(BackboneLearningRate)}. Set it above 0 and up to 1; 0.0003 is usual.");
        Demand(WeightDecay is >= 0 and <= 1, $"The weight decay is {Text(WeightDecay)}. Set it from 0 to 1; 0.01 is usual.");
        Demand(HeadPenalty is >= 0 and <= 100, $"The head's penalty is {Text(HeadPenalty)}. Set it from 0 to 100; 0.1 is usual.");
        Demand(LabelSmoothing is >= 0 and < 1, $"The label smoothing is {Text(LabelSmoothing)}. Set it from 0 to below 1; 0.05 is usual.");
        Demand(Dropout is >= 0 and < 1, $"The dropout is {Text(Dropout)}. Set it from 0 to below 1; 0.2 is usual.");
        Demand(WarmupShare is >= 0 and < 1, $"The warm-up share is {Text(WarmupShare)}. Set it from 0 to below 1; 0.1 is usual.");
        Demand(ColourChange is >= 0 and < 1, $"The colour change is {Text(ColourChange)}. Set it from 0 (off) to below 1; 0.2 is usual.");
        Demand(Enum.IsDefined(Rehearsal), "The rehearsal memory is unknown. Choose all images, herding, random or nearest the mean.");
        Demand(ExemplarsPerClass is >= 1 and <= 10_000, $"The rehearsal memory keeps {ExemplarsPerClass} images of a class. Set it from 1 to 10,000.");
        Demand(DistillationWeight is >= 0 and <= 100, $"The distillation weight is {Text(DistillationWeight)}. Set it from 0 (off) to 100; 1 is usual.");
        Demand(DistillationTemperature is >= 0.1 and <= 20, $"The distillation temperature is {Text(DistillationTemperature)}. Set it from 0.1 to 20; 2 is usual.");
        Demand(SidePx is >= 64 and <= 512 && SidePx % 32 == 0, $"The image side is {SidePx} pixels. Set a multiple of 32 from 64 to 512; 224 is usual.");
        Demand(Patience >= 0, $"The patience is {Patience} epochs. Set 0 (never stop early) or more.");
        Demand(MinimumEpochs >= 0 && MinimumEpochs <= Epochs, $"The minimum of epochs before the run may stop early is {MinimumEpochs}. Set it from 0 (none) to the number of epochs, {Epochs}.");
        Demand(TimeLimit is null || TimeLimit > TimeSpan.Zero, "The time limit is not above zero. Leave it out or give a longer time.");
        return problems;
    }

    /// <summary>The plan as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads a plan written by <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The text is no plan.</exception>
    public static TrainingPlan FromJson(string json) =>
        JsonSerializer.Deserialize<TrainingPlan>(json) ?? throw new JsonException("The text holds no training plan.");

    private static string Text(double value) => value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
}
