namespace LabelStudio.Pipeline.Features;

/// <summary>What a project has a backbone's embeddings for, the most urgent first.</summary>
internal enum TargetUse
{
    Serving,
    Rebuild,
    Judging,
}
