namespace LabelStudio.Benchmarks.Frame;

/// <summary>One thing that is measured. One file a case.</summary>
internal interface IBenchmarkCase
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, one line.</summary>
    string Purpose { get; }

    /// <summary>The options it understands.</summary>
    IReadOnlyList<BenchmarkOption> Options { get; }

    /// <summary>Runs it.</summary>
    /// <param name="options">Given options, checked against <see cref="Options"/>.</param>
    /// <param name="log">For progress lines; the figures are printed afterwards by the frame.</param>
    /// <param name="stop">Ends the run early.</param>
    /// <returns>Figures with units in their names, in the order to print.</returns>
    Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop);
}
