using System.Text.Json.Serialization;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Snapshots;

/// <summary>Says what a model folder holds: <c>manifest.json</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>The format this program writes.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Format of the folder.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The model version.</summary>
    public required Guid ModelId { get; init; }

    /// <summary>The model it was trained from; null when from pretrained weights.</summary>
    public Guid? ParentModelId { get; init; }

    /// <summary>The frozen data it was trained and tested on.</summary>
    public required Guid DatasetSnapshotId { get; init; }

    /// <summary>The run that made it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedUtc { get; init; }

    /// <summary>Name of the backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>The classes, in index order.</summary>
    public required IReadOnlyList<ClassEntry> Classes { get; init; }

    /// <summary>Side in pixels of the square the image is squeezed to.</summary>
    public required int SidePx { get; init; }

    /// <summary>Version of the image preprocessing.</summary>
    public required int PreprocessingVersion { get; init; }

    /// <summary>The preprocessing as fields, for other programs; filled when the folder is written. Null in models of older versions of the program: see <see cref="PreprocessingOrDerived"/>.</summary>
    public PreprocessingFacts? Preprocessing { get; init; }

    /// <summary>The preprocessing as fields, for models of older versions of the program too.</summary>
    [JsonIgnore]
    public PreprocessingFacts PreprocessingOrDerived => Preprocessing ?? PreprocessingFacts.Of(PreprocessingVersion, SidePx);

    /// <summary>The settings of the run.</summary>
    public required TrainingPlan Plan { get; init; }

    /// <summary>Why the closed-form head was extended although the run's plan said to train; null: the plan was followed.</summary>
    public string? InsteadOfPlan { get; init; }

    /// <summary>With what the run was computed; null: by a trainer that did not tell.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>Ids of classes that could have been trained and were left out of the run.</summary>
    public IReadOnlyList<Guid> LeftOutClassIds { get; init; } = [];

    /// <summary>The logits are divided by this before the softmax; fitted on validation images.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Figures on the test images; null when there are none.</summary>
    public EvaluationMetrics? Test { get; init; }

    /// <summary>SHA-256 (lower-case hexadecimal) of each file of the folder but this one, by name. Filled when the folder is written.</summary>
    public IReadOnlyDictionary<string, string> FileHashes { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of the backbone's weights, as in the key of its embeddings.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>True when the backbone is the pretrained one, unchanged.</summary>
    public required bool BackboneIsPretrained { get; init; }

    /// <summary>The model's network; only for a model that stands on no extractor of a user.</summary>
    /// <param name="backbones">Those the program has.</param>
    /// <exception cref="ModelFolderException">The program does not have it.</exception>
    public BackboneDescriptor FindIn(BackboneRegistry backbones)
    {
        ArgumentNullException.ThrowIfNull(backbones);
        return backbones.Find(Backbone) ?? throw new ModelFolderException($"The model cannot be used. {backbones.UnknownMessage(Backbone)}");
    }

    /// <summary>The embeddings that the head reads, of a backbone as of a feature extractor that was brought in.</summary>
    [JsonIgnore]
    public EmbeddingKey EmbeddingKey => new(WeightsHash, SidePx, PreprocessingVersion);

    /// <summary>The classes as index map.</summary>
    [JsonIgnore]
    public ClassIndexMap ClassIndices => ClassIndexMap.Of(Classes.OrderBy(entry => entry.Index).Select(entry => entry.Id));
}
