using System.Text.Json;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A model's test results as files of its folder.</summary>
public static class EvaluationFiles
{
    public const string ReportFile = "evaluation.json";
    public const string PredictionsFile = "test-predictions.jsonl";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Write(string folder, EvaluationReport report, IEnumerable<TestPrediction> predictions)
    {
        File.WriteAllText(Path.Combine(folder, ReportFile), JsonSerializer.Serialize(report, Json));
        File.WriteAllLines(Path.Combine(folder, PredictionsFile), predictions.Select(item => JsonSerializer.Serialize(item, Json)));
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
