using System.Globalization;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Web.Worker;

/// <summary>How a trainer process is started: <c>trainer --server URL</c>, its token in the environment.</summary>
public sealed record TrainerOptions
{
    public required Uri Server { get; init; }

    public required string Token { get; init; }

    public required string Name { get; init; }

    /// <summary>The process of the server that started this trainer; when it is gone, the trainer ends. Null: started by a person.</summary>
    public int? ServerProcessId { get; init; }

    public required int Threads { get; init; }

    public required string WorkFolder { get; init; }

    /// <summary>How much of its disk the computed features of a fine-tuning may take.</summary>
    public required long MostFeatureBytes { get; init; }

    /// <summary>The machine's name: trainers of one machine share its devices, and a device trains one run at a time.</summary>
    public required string Machine { get; init; }

    /// <exception cref="ArgumentException">Something is missing or not understood; the message tells what.</exception>
    public static TrainerOptions Parse(string[] arguments, string? token)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Length; index += 2)
        {
            if (!arguments[index].StartsWith("--", StringComparison.Ordinal) || index + 1 == arguments.Length)
            {
                throw new ArgumentException($"'{arguments[index]}' is not understood. Write: trainer --server URL [--name NAME] [--threads N] [--work FOLDER] [--features-gb N] [--machine NAME].");
            }
            values[arguments[index][2..]] = arguments[index + 1];
        }
        if (!Uri.TryCreate(values.GetValueOrDefault("server"), UriKind.Absolute, out var server))
        {
            throw new ArgumentException("The server's address is missing. Write: trainer --server http://host:port.");
        }
        if (string.IsNullOrWhiteSpace(token))
        {
            throw new ArgumentException($"The token is missing. Make an access token for workers on the page of your account and put it in the environment variable {WorkerHeaders.TokenVariable}.");
        }
        return new TrainerOptions
        {
            // Relative addresses replace what follows the last slash.
            Server = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
            Token = token,
            Name = values.GetValueOrDefault("name") ?? $"{Environment.MachineName} {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}",
            ServerProcessId = Number(values, "server-process"),
            Threads = Number(values, "threads") ?? Environment.ProcessorCount,
            WorkFolder = values.GetValueOrDefault("work") ?? Path.Combine(Path.GetTempPath(), "labelstudio-trainer"),
            MostFeatureBytes = Number(values, "features-gb") * 1_000_000_000L ?? FeatureRoom.UsualMostBytes,
            Machine = values.GetValueOrDefault("machine") ?? Environment.MachineName,
        };
    }

    /// <summary>The device as one of the machine's: a process sees as its first GPU the first that it is allowed to see.</summary>
    public string PlaceOf(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")?.Split(',')[0].Trim();
        return device.Kind == DeviceKind.Cpu ? $"{Machine}, processor" : $"{Machine}, GPU {(string.IsNullOrEmpty(visible) ? "0" : visible)}";
    }

    private static int? Number(Dictionary<string, string> values, string name) => values.GetValueOrDefault(name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        var text => throw new ArgumentException($"'{text}' is no number for --{name}. Write a whole number above 0."),
    };
}
