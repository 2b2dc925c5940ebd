using System.Runtime.InteropServices;
using System.Text.Json;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A model's test results as files of its folder.</summary>
public static class EvaluationFiles
{
    public const string ReportFile = "evaluation.json";
    public const string PredictionsFile = "test-predictions.jsonl";

    /// <summary>Probabilities of every class, float32 [images, classes], little-endian, rows as in <see cref="PredictionsFile"/>.</summary>
    public const string ProbabilitiesFile = "test-probabilities.bin";

    /// <summary>The same of the validation images, on which thresholds are chosen.</summary>
    public const string ValidationProbabilitiesFile = "validation-probabilities.bin";

    /// <summary>Class index of each validation image, int32, little-endian.</summary>
    public const string ValidationTargetsFile = "validation-targets.bin";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Write(string folder, EvaluationReport report, IEnumerable<TestPrediction> predictions, float[] probabilities, HeldOutProbabilities? validation = null)
    {
        File.WriteAllText(Path.Combine(folder, ReportFile), JsonSerializer.Serialize(report, Json));
        File.WriteAllLines(Path.Combine(folder, PredictionsFile), predictions.Select(item => JsonSerializer.Serialize(item, Json)));
        File.WriteAllBytes(Path.Combine(folder, ProbabilitiesFile), MemoryMarshal.AsBytes(probabilities.AsSpan()));
        if (validation is { Targets.Length: > 0 })
        {
            File.WriteAllBytes(Path.Combine(folder, ValidationTargetsFile), MemoryMarshal.AsBytes(validation.Targets.AsSpan()));
            File.WriteAllBytes(Path.Combine(folder, ValidationProbabilitiesFile), MemoryMarshal.AsBytes(validation.Values.AsSpan()));
        }
    }

    /// <summary>Deletes the results of an evaluation, if there are any. What cannot be deleted now goes at the next start.</summary>
    public static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody reads a file of it.
        }
    }

    /// <summary>Null for a model without validation images, or one that was made before these were kept.</summary>
    public static async Task<HeldOutProbabilities?> ReadValidationAsync(string folder, int classes, CancellationToken cancellationToken)
    {
        var (targets, values) = (Path.Combine(folder, ValidationTargetsFile), Path.Combine(folder, ValidationProbabilitiesFile));
        return File.Exists(targets) && File.Exists(values)
            ? new HeldOutProbabilities(
                MemoryMarshal.Cast<byte, int>(await File.ReadAllBytesAsync(targets, cancellationToken)).ToArray(),
                MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(values, cancellationToken)).ToArray(),
                classes)
            : null;
    }

    /// <summary>Null for a model that was made before all probabilities were kept.</summary>
    public static async Task<float[]?> ReadProbabilitiesAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ProbabilitiesFile);
        return File.Exists(path) ? MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(path, cancellationToken)).ToArray() : null;
    }

    public static async Task<EvaluationReport?> ReadReportAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ReportFile);
        if (!File.Exists(path))
        {
            return null;
        }
        await using var stream = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<EvaluationReport>(stream, Json, cancellationToken);
    }

    public static async Task<List<TestPrediction>> ReadPredictionsAsync(string folder, CancellationToken cancellationToken)
    {
        var predictions = new List<TestPrediction>();
        await foreach (var line in File.ReadLinesAsync(Path.Combine(folder, PredictionsFile), cancellationToken))
        {
            if (JsonSerializer.Deserialize<TestPrediction>(line, Json) is { } item)
            {
                predictions.Add(item);
            }
        }
        return predictions;
    }
}
