using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>A hundred pictures of each class of CIFAR-10's part, 32 px each and shown at 64 px: small, to stay short.</summary>
public sealed class CifarStudies() : GrowthStudies("cifar10", TrainingPlan.Balanced with { SidePx = 64 }, 100);
