using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Data;

/// <summary>The options from which cases make a training plan.</summary>
internal static class PlanOptions
{
    public static IReadOnlyList<BenchmarkOption> All { get; } =
    [
        new("preset", "P", "quick (head only), balanced or thorough (balanced)"),
        new("size", "S", "side of the prepared picture in pixels (the preset's)"),
        new("epochs", "N", "epochs of a first training (the preset's)"),
        new("seed", "N", "seed of the run (1)"),
    ];

    /// <exception cref="BenchmarkUsageException">There is no such preset, or a value does not fit.</exception>
    public static TrainingPlan Read(BenchmarkOptions options)
    {
        var preset = options.Text("preset") switch
        {
            "quick" => TrainingPlan.Quick,
            null or "balanced" => TrainingPlan.Balanced,
            "thorough" => TrainingPlan.Thorough,
            var other => throw new BenchmarkUsageException($"There is no preset '{other}'. Take quick, balanced or thorough."),
        };
        var plan = preset with
        {
            SidePx = options.Number("size", preset.SidePx, 64),
            Epochs = options.Number("epochs", preset.Epochs),
            Seed = options.Number("seed", 1),
        };
        return plan.Validate() is [var problem, ..] ? throw new BenchmarkUsageException(problem) : plan;
    }
}
