namespace LabelStudio.Benchmarks.Frame;

/// <summary>An option of a case: <c>--name value</c>.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">What to give, such as DIR or N.</param>
/// <param name="Purpose">What it does, and its default.</param>
internal sealed record BenchmarkOption(string Name, string Value, string Purpose);
