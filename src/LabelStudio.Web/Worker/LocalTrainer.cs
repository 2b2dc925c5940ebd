using System.Diagnostics;
using System.Globalization;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Worker;

/// <summary>
/// Starts a trainer process on the server's own machine, starts it again with growing pauses when it dies, and says so. The
/// trainer is a process of its own because a native crash in training must not take the server down.
/// </summary>
public sealed class LocalTrainer(
    LocalWorkerToken token,
    RunDispatch dispatch,
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<LocalTrainerOptions> options,
    TimeProvider clock,
    ILogger<LocalTrainer> log) : BackgroundService
{
    /// <summary>The name under which runs show that this server's own machine trained them.</summary>
    public const string WorkerName = "This server";

    private static readonly TimeSpan[] Pauses = [.. new double[] { 1, 2, 5, 15, 30 }.Select(TimeSpan.FromSeconds)];
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private volatile LocalTrainerStatus _status = new(false, 0, null);

    public LocalTrainerStatus Status => _status;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            _status = new LocalTrainerStatus(false, 0, "This server starts no trainer of its own: runs wait for a trainer on another machine.");
            return;
        }
        try
        {
            await StartedAsync(stoppingToken);
            if (AddressOf(server) is not { } address)
            {
                _status = new LocalTrainerStatus(false, 0, "The server's own trainer was not started: the server listens on no address that it could reach.");
                log.LogError("{Message}", _status.Message);
                return;
            }
            await SuperviseAsync(address, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task SuperviseAsync(string address, CancellationToken stoppingToken)
    {
        var (deaths, inARow) = (0, 0);
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            var ending = await RunOnceAsync(address, deaths, stoppingToken);
            deaths++;
            inARow = clock.GetElapsedTime(started) > Healthy ? 1 : inARow + 1;
            var pause = Pauses[Math.Min(inARow, Pauses.Length) - 1];
            var message = $"The server's own trainer ended unexpectedly ({ending}). It is started again in {pause.TotalSeconds:0} seconds.";
            _status = new LocalTrainerStatus(false, deaths, message);
            log.LogError("{Message}", message);
            await dispatch.WorkerDiedAsync(
                WorkerName, $"The trainer process ended unexpectedly ({ending}). The server is not affected; resume the run to go on after its last epoch.", stoppingToken);
            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    /// <returns>How the process ended.</returns>
    private async Task<string> RunOnceAsync(string address, int deaths, CancellationToken stoppingToken)
    {
        using var process = new Process { StartInfo = StartInfo(address), EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Tell(line.Data);
        process.ErrorDataReceived += (_, line) => Tell(line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _status = new LocalTrainerStatus(true, deaths, null) { ProcessId = process.Id };
        log.LogInformation("The server's own trainer runs as process {ProcessId}", process.Id);
        try
        {
            await process.WaitForExitAsync(stoppingToken);
            return string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            await dispatch.WorkerDiedAsync(WorkerName, "The server was stopped while the run was going on. Resume it to go on after its last epoch.", CancellationToken.None);
            throw;
        }
    }

    private ProcessStartInfo StartInfo(string address)
    {
        var program = typeof(LocalTrainer).Assembly.Location;
        var start = new ProcessStartInfo(HostOf(program)) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (!IsOwnHost(program))
        {
            start.ArgumentList.Add(program);
        }
        string[] arguments =
        [
            TrainerProcess.Verb,
            "--server", address,
            "--name", WorkerName,
            "--server-process", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            "--work", options.Value.WorkFolder,
            "--features-gb", Math.Max(1, options.Value.FeaturesGB).ToString(CultureInfo.InvariantCulture),
            "--threads", options.Value.ThreadCount.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment[WorkerHeaders.TokenVariable] = token.Value;
        // The server's kind of garbage collection starts a thread for each core.
        start.Environment["DOTNET_gcServer"] = "0";
        return start;
    }

    /// <summary>The program may run by its own host file or by the dotnet command.</summary>
    private static bool IsOwnHost(string program) => IsNamed(Environment.ProcessPath, Path.GetFileNameWithoutExtension(program));

    private static bool IsNamed(string? path, string name) => Path.GetFileName(path) is { } file && (file == name || file == name + ".exe");

    private static string HostOf(string program)
    {
        const string dotnet = "dotnet";
        var host = Environment.ProcessPath;
        return host is not null && (IsOwnHost(program) || IsNamed(host, dotnet)) ? host : dotnet;
    }

    private void Tell(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            log.LogInformation("Trainer: {Line}", line);
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
    }

    /// <summary>An address of this server as its own machine reaches it; plain HTTP before HTTPS, whose certificate may name another host.</summary>
    private static string? AddressOf(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = addresses.OrderBy(item => item.StartsWith("https", StringComparison.OrdinalIgnoreCase)).FirstOrDefault();
        return address?.Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal);
    }
}
