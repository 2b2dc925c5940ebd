using System.Text.Json;

namespace LabelStudio.Pipeline.Export;

/// <summary>Images in the JSON form of Label Studio.</summary>
internal static class LabelStudioTask
{
    private const int MostPendingBytes = 100_000;

    /// <summary>Writes a list of tasks while its rows are read, so that memory stays flat.</summary>
    public static async Task WriteAllAsync(
        IAsyncEnumerable<ExportRow> rows, LabelNames labels, Stream target, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(target);
        json.WriteStartArray();
        await foreach (var row in rows)
        {
            Write(json, row, labels.Of(row.ClassId));
            if (json.BytesPending > MostPendingBytes)
            {
                await json.FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
        await json.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter json, ExportRow row, IReadOnlyList<string>? classNames)
    {
        json.WriteStartObject();
        json.WriteNumber("id", row.Id);
        json.WriteStartObject("data");
        json.WriteString("image", row.FileName);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("sha256", row.Sha256);
        json.WriteString("split", row.Split.ToString().ToLowerInvariant());
        foreach (var (key, value) in row.Metadata.Where(item => item.Key is not ("sha256" or "split")))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("annotations");
        if (classNames is not null)
        {
            WriteAnnotation(json, row, classNames);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Of an image that shows no class the annotation has no result: so Label Studio itself saves that nothing was chosen.</summary>
    private static void WriteAnnotation(Utf8JsonWriter json, ExportRow row, IReadOnlyList<string> classNames)
    {
        json.WriteStartObject();
        if (row.LabelledUtc is { } labelledUtc)
        {
            json.WriteString("created_at", labelledUtc);
        }

        json.WriteBoolean("was_cancelled", false);
        json.WriteStartArray("result");
        if (classNames.Count > 0)
        {
            WriteChoices(json, classNames);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChoices(Utf8JsonWriter json, IReadOnlyList<string> classNames)
    {
        json.WriteStartObject();
        json.WriteString("from_name", "choice");
        json.WriteString("to_name", "image");
        json.WriteString("type", "choices");
        json.WriteStartObject("value");
        json.WriteStartArray("choices");
        foreach (var name in classNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
