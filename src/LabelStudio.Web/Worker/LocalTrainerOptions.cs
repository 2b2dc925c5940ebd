using LabelStudio.Learning.Training;

namespace LabelStudio.Web.Worker;

/// <summary>Settings of the trainer that the server starts on its own machine.</summary>
public sealed class LocalTrainerOptions
{
    public const string Section = "Studio:LocalTrainer";

    /// <summary>Off: only trainers on other machines take runs.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where it puts what it needs only while it runs: for fine-tuning, the run's images and computed features. Default: in the data folder.</summary>
    public string WorkFolder { get; set; } = "";

    /// <summary>Gigabytes (10⁹ bytes) that the computed features of a fine-tuning may take there.</summary>
    public int FeaturesGB { get; set; } = (int)(FeatureRoom.UsualMostBytes / 1_000_000_000);

    /// <summary>Threads of one operation; default: half of the processor's cores, at least one, so that labelling stays quick.</summary>
    public int? Threads { get; set; }

    /// <summary>The threads it is started with.</summary>
    public int ThreadCount => Math.Max(1, Threads ?? Environment.ProcessorCount / 2);
}
