namespace LabelStudio.Web.Tests.Worker;

/// <summary>Tests that start trainer processes: one after the other, for each wants the processor.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TrainerCollection
{
    public const string Name = "Trainer processes";
}
