using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Web.Worker;

/// <summary>The program under the verb <c>trainer</c>: trains runs of a server, on this machine or another.</summary>
public static class TrainerProcess
{
    public const string Verb = "trainer";

    /// <returns>The exit code: 0 after a normal end, 2 when it could not begin.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        var token = Environment.GetEnvironmentVariable(WorkerHeaders.TokenVariable);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => TrainerOptions.Parse(arguments, token));
        builder.Services.AddSingleton<WorkerConnection>();
        builder.Services.AddHostedService<ServerWatch>();
        builder.Services.AddHostedService<TrainerLoop>();
        using var host = builder.Build();
        var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(TrainerProcess));
        try
        {
            LowPriority.LowerProcess();
            NativeLibraries.Initialize(host.Services.GetRequiredService<TrainerOptions>().Threads);
        }
        catch (Exception error) when (error is ArgumentException or NativeLibraryException)
        {
            log.LogCritical("{Message}", error.Message);
            return 2;
        }
        await host.RunAsync();
        return 0;
    }
}
