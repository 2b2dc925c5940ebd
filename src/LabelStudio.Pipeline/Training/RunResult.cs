using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a run has made, before it is evaluated and packed.</summary>
public sealed record RunResult
{
    public required RunAssignment Assignment { get; init; }

    public required BackboneDescriptor Descriptor { get; init; }

    public required WeightFile Backbone { get; init; }

    public required bool BackboneIsPretrained { get; init; }

    /// <summary>Folder of the user's own extractor that stands for the backbone; null: the program's backbone.</summary>
    public string? Extractor { get; init; }

    public required int SidePx { get; init; }

    public required LinearHead Head { get; init; }

    /// <summary>The head's classes in index order.</summary>
    public required IReadOnlyList<ClassEntry> Classes { get; init; }

    public required double Temperature { get; init; }

    public required StopReason Reason { get; init; }

    public required int BestEpoch { get; init; }

    public required TestAnswers Test { get; init; }

    /// <summary>The model on the validation images; null: there are none.</summary>
    public ValidationAnswers? Validation { get; init; }

    /// <summary>What the closed form keeps of the training images; null: nothing.</summary>
    public ClosedFormSums? ClosedForm { get; init; }

    /// <summary>With what it was computed.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>Why the closed-form head was extended although the plan said to train; null: the plan was followed.</summary>
    public string? InsteadOfPlan { get; init; }
}
