using System.Text.Json;

namespace LabelStudio.Learning.Tests.Golden;

/// <summary>Reads the cases of a file of right values made with other libraries; the file says with which.</summary>
internal static class GoldenCases
{
    internal static TheoryData<string> Names(string file) => [.. Read(file).Select(golden => golden.GetProperty("name").GetString()!)];

    internal static JsonElement Case(string file, string name) => Read(file).Single(golden => golden.GetProperty("name").GetString() == name);

    internal static double[] Numbers(this JsonElement golden, string name) =>
        [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    internal static int[] Integers(this JsonElement golden, string name) =>
        [.. golden.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    internal static T[][] Rows<T>(this JsonElement golden, string name) => golden.GetProperty(name).Deserialize<T[][]>()!;

    internal static double? NumberOrNull(this JsonElement golden, string name) =>
        golden.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private static JsonElement[] Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", file)));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(golden => golden.Clone())];
    }
}
