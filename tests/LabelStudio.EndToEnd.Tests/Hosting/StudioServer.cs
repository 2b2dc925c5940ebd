using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>The real program in a process of its own, on a free port and a data folder that outlives restarts.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    public const string AdministratorEmail = "lead@example.org";
    public const string AdministratorPassword = "Correct-horse-7";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly StringBuilder _log = new();
    private readonly int _port = FreePort();
    private readonly bool _trains;
    private Process? _process;

    /// <param name="trains">Starts a trainer beside it, as it does by default.</param>
    public StudioServer(bool trains)
    {
        _trains = trains;
        DataPath = Directory.CreateTempSubdirectory("studio-e2e-").FullName;
    }

    public string DataPath { get; }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public string Log
    {
        get { lock (_log) { return _log.ToString(); } }
    }

    public static string Metadata(string key) =>
        typeof(StudioServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    public async Task StartAsync(CancellationToken cancel)
    {
        var program = Metadata("ServerProgram");
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Metadata("RepositoryRoot"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        // A server that lives for a minute gains nothing from counting how it is used.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["Studio__DataPath"] = DataPath;
        start.Environment["Studio__LocalTrainer__Enabled"] = _trains.ToString();
        start.Environment["Studio__Administrator__Email"] = AdministratorEmail;
        start.Environment["Studio__Administrator__Password"] = AdministratorPassword;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilReadyAsync(cancel);
    }

    /// <summary>Ends the server as a power cut would (signal 9): nothing is flushed, nobody is told.</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        await _process.WaitForExitAsync(cancel);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(DataPath, recursive: true);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = Address };
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            if (_process!.HasExited)
            {
                break;
            }

            try
            {
                using var response = await client.GetAsync("health/ready", cancel);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(200, cancel);
        }

        throw new InvalidOperationException($"The server was not ready within {StartLimit.TotalSeconds} s. Its log:\n{Log}");
    }

    private void Append(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
