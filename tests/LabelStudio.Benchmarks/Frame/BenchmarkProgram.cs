namespace LabelStudio.Benchmarks.Frame;

/// <summary>Finds the case that the command line names, runs it and prints its figures as last line.</summary>
internal static class BenchmarkProgram
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int WrongUsage = 2;

    /// <summary>0 when the case ran, 1 when it failed, 2 when the command line is wrong.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<IBenchmarkCase> cases, string[] arguments, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            if (arguments is ["list"])
            {
                await ListAsync(cases, output);
                return Success;
            }

            var benchmark = cases.FirstOrDefault(item => item.Name == arguments.FirstOrDefault())
                ?? throw new BenchmarkUsageException(arguments.Length == 0
                    ? "No case is named. 'list' names them."
                    : $"There is no case '{arguments[0]}'. 'list' names them.");
            var options = BenchmarkOptions.Parse(benchmark, arguments[1..]);
            var figures = await benchmark.RunAsync(options, output, stop);
            await output.WriteLineAsync(figures.ToJson());
            return Success;
        }
        catch (BenchmarkUsageException error)
        {
            await errors.WriteLineAsync(error.Message);
            return WrongUsage;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("Stopped.");
            return Failure;
        }
    }

    private static async Task ListAsync(IReadOnlyList<IBenchmarkCase> cases, TextWriter output)
    {
        foreach (var benchmark in cases)
        {
            await output.WriteLineAsync($"{benchmark.Name}: {benchmark.Purpose}");
            foreach (var option in benchmark.Options)
            {
                await output.WriteLineAsync($"    --{option.Name} {option.Value}: {option.Purpose}");
            }
        }
    }
}
