using System.Diagnostics;
using System.Text.Json;

namespace LabelStudio.Benchmarks.Data;

/// <summary>Runs a case in a process of its own: peak memory is a process's, and what ran before is in it.</summary>
internal static class OwnProcess
{
    /// <returns>The figures that it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static async Task<JsonElement> RunAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        var (host, program) = (Environment.ProcessPath!, typeof(OwnProcess).Assembly.Location);
        var isOwnHost = Path.GetFileNameWithoutExtension(host) == Path.GetFileNameWithoutExtension(program);
        var start = new ProcessStartInfo(host, isOwnHost ? arguments : [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        using var kill = stop.Register(() => process.Kill(entireProcessTree: true));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? JsonDocument.Parse((await output).TrimEnd().Split('\n')[^1]).RootElement
            : throw new InvalidOperationException($"A part that was measured in a process of its own failed: {await errors}");
    }
}
