using System.Text.Json;
using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Heads;

/// <summary>Writes a <see cref="ClassIndexMap"/> as a list of class ids in index order.</summary>
internal sealed class ClassIndexMapJsonConverter : JsonConverter<ClassIndexMap>
{
    /// <inheritdoc/>
    public override ClassIndexMap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ClassIndexMap.Of(JsonSerializer.Deserialize<Guid[]>(ref reader, options) ?? []);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ClassIndexMap value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ClassIds, options);
}
