using System.Text.Json;

namespace LabelStudio.Pipeline.Export;

/// <summary>One image in the JSON form of Label Studio.</summary>
internal static class LabelStudioTask
{
    public static void Write(Utf8JsonWriter json, ExportRow row, string? className)
    {
        json.WriteStartObject();
        json.WriteNumber("id", row.Id);
        json.WriteStartObject("data");
        json.WriteString("image", row.FileName);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("sha256", row.Sha256);
        json.WriteString("split", row.Split.ToString().ToLowerInvariant());
        json.WriteEndObject();
        json.WriteStartArray("annotations");
        if (className is not null)
        {
            WriteAnnotation(json, row, className);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAnnotation(Utf8JsonWriter json, ExportRow row, string className)
    {
        json.WriteStartObject();
        if (row.LabelledUtc is { } labelledUtc)
        {
            json.WriteString("created_at", labelledUtc);
        }

        json.WriteBoolean("was_cancelled", false);
        json.WriteStartArray("result");
        json.WriteStartObject();
        json.WriteString("from_name", "choice");
        json.WriteString("to_name", "image");
        json.WriteString("type", "choices");
        json.WriteStartObject("value");
        json.WriteStartArray("choices");
        json.WriteStringValue(className);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
