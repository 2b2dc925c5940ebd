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

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Write(string folder, EvaluationReport report, IEnumerable<TestPrediction> predictions, float[] probabilities)
    {
        File.WriteAllText(Path.Combine(folder, ReportFile), JsonSerializer.Serialize(report, Json));
        File.WriteAllLines(Path.Combine(folder, PredictionsFile), predictions.Select(item => JsonSerializer.Serialize(item, Json)));
        File.WriteAllBytes(Path.Combine(folder, ProbabilitiesFile), MemoryMarshal.AsBytes(probabilities.AsSpan()));
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
