namespace LabelStudio.Benchmarks.Frame;

/// <summary>The command line is wrong; the message says how to mend it.</summary>
internal sealed class BenchmarkUsageException(string message) : Exception(message);
