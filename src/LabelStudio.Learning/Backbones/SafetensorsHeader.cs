using System.Text.Json;

namespace LabelStudio.Learning.Backbones;

/// <summary>The JSON header of a safetensors file: which tensor lies where.</summary>
internal static class SafetensorsHeader
{
    private const string Metadata = "__metadata__";

    /// <summary>Every tensor's name, shape and place, checked to hold as many bytes as its shape says.</summary>
    internal static List<(string Name, long[] Shape, long Begin, long End)> Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("Its header is no JSON object.");
        }
        return [.. document.RootElement.EnumerateObject().Where(property => property.Name != Metadata).Select(Entry)];
    }

    /// <summary>The header for tensors that lie one after the other, padded so that their numbers begin at a multiple of 8.</summary>
    internal static byte[] Format(IEnumerable<KeyValuePair<string, WeightTensor>> ordered)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(Metadata);
            // Without this entry some Python loaders refuse the file.
            writer.WriteString("format", "pt");
            writer.WriteEndObject();
            long begin = 0;
            foreach (var (name, tensor) in ordered)
            {
                var end = begin + tensor.Values.Length * (long)sizeof(float);
                writer.WriteStartObject(name);
                writer.WriteString("dtype", "F32");
                WriteNumbers(writer, "shape", tensor.Shape);
                WriteNumbers(writer, "data_offsets", [begin, end]);
                writer.WriteEndObject();
                begin = end;
            }
            writer.WriteEndObject();
        }
        while (stream.Length % sizeof(ulong) != 0)
        {
            stream.WriteByte((byte)' ');
        }
        return stream.ToArray();
    }

    /// <summary>Numbers in a tensor of this shape.</summary>
    internal static long Count(long[] shape) => shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    private static (string, long[], long, long) Entry(JsonProperty property)
    {
        try
        {
            var type = property.Value.GetProperty("dtype").GetString();
            if (type != "F32")
            {
                throw new InvalidDataException($"'{property.Name}' has the type {type} and only float32 (F32) is read.");
            }
            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())];
            var offsets = property.Value.GetProperty("data_offsets");
            var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (begin < 0 || shape.Any(dimension => dimension < 0) || end - begin != checked(Count(shape) * sizeof(float)))
            {
                throw new InvalidDataException($"The place of '{property.Name}' does not fit its shape.");
            }
            return (property.Name, shape, begin, end);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"The header's entry '{property.Name}' is broken.", error);
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, long[] numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }
        writer.WriteEndArray();
    }
}
