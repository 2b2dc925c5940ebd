namespace LabelStudio.Pipeline.Serving;

/// <summary>The live head of every project: learns each label within milliseconds and orders the queue.</summary>
public sealed class LiveHeads
{
    /// <summary>What the project's head knows now.</summary>
    public LiveHeadStatus Status(Guid projectId) => throw new NotImplementedException();
}
