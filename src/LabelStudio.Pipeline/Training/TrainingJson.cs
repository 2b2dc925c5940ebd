using System.Text.Json;
using System.Text.Json.Serialization;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>How events are written on disk and on the wire: a loss that is not finite must not break the stream.</summary>
public static class TrainingJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(TrainingEvent item) => JsonSerializer.Serialize(item, Options);

    /// <exception cref="JsonException">The line is no event.</exception>
    public static TrainingEvent Read(string line) =>
        JsonSerializer.Deserialize<TrainingEvent>(line, Options) ?? throw new JsonException("The line holds no event.");
}
