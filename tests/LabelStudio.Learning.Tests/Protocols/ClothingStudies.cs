using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>All photographs of clothes.</summary>
public sealed class ClothingStudies() : GrowthStudies("clothing", TrainingPlan.Balanced, int.MaxValue);
