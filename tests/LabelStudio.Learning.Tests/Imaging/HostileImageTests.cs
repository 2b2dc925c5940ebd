using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Tests.Imaging;

/// <summary>Every picture of the hostile set against what is expected of it.</summary>
public sealed class HostileImageTests
{
    private const double MeanTolerance = 6, CornerTolerance = 40;
    private static readonly ImagePreprocessing Input = new(64);

    [Fact]
    public void Inspect_HostilePictures_TakesOrRefusesAsExpected()
    {
        using var folder = new TemporaryFolder();
        var expectations = Unpack(folder);

        var faults = new List<string>();
        foreach (var (name, expected) in expectations)
        {
            Check(folder.File(name.Replace('/', '_')), expected, fault => faults.Add($"{name}: {fault}"));
        }

        Assert.Empty(faults);
        Assert.True(expectations.Count > 200);
    }

    private static void Check(string path, JsonElement expected, Action<string> fault)
    {
        var expect = expected.GetProperty("expect").GetString();
        ImageInspection inspection;
        try
        {
            inspection = ImageDecoder.Inspect(path, new ImageLimits());
        }
        catch (ImageRefusedException refused)
        {
            if (expect == "accept" || refused.Message.Length < 20)
            {
                fault(refused.Message + " " + refused.InnerException?.Message);
            }
            return;
        }
        if (expect == "reject")
        {
            fault("was taken");
            return;
        }
        if (expected.TryGetProperty("width", out var width)
            && (inspection.WidthPx, inspection.HeightPx) != (width.GetInt32(), expected.GetProperty("height").GetInt32()))
        {
            fault($"is {inspection.WidthPx} × {inspection.HeightPx}");
        }
        CheckColours(path, expected, fault);
    }

    private static void CheckColours(string path, JsonElement expected, Action<string> fault)
    {
        Assert.NotEmpty(ImageDecoder.EncodeWebp(path, 48));
        var image = new float[Input.Length];
        ImageDecoder.DecodeInto(path, Input, image);
        if (expected.TryGetProperty("mean_rgb", out var mean))
        {
            Compare(Numbers(mean), Mean(image, 0, 0, Input.SidePx), MeanTolerance, "mean", fault);
        }
        if (expected.TryGetProperty("mean_rgb_within", out var within))
        {
            Compare(Numbers(within.GetProperty("rgb")), Mean(image, 0, 0, Input.SidePx), within.GetProperty("tolerance").GetDouble(), "mean", fault);
        }
        if (expected.TryGetProperty("corners_rgb", out var corners))
        {
            (int X, int Y)[] places = [(2, 2), (58, 2), (58, 58), (2, 58)];
            for (var i = 0; i < places.Length; i++)
            {
                Compare(Numbers(corners[i]), Mean(image, places[i].X, places[i].Y, 4), CornerTolerance, $"corner {i}", fault);
            }
        }
    }

    private static void Compare(double[] expected, double[] actual, double tolerance, string what, Action<string> fault)
    {
        if (expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() > tolerance)
        {
            fault(string.Create(CultureInfo.InvariantCulture, $"{what} is {string.Join(' ', actual)} and not {string.Join(' ', expected)}"));
        }
    }

    private static double[] Mean(float[] image, int left, int top, int side) =>
    [
        .. Enumerable.Range(0, 3).Select(channel => Enumerable.Range(0, side * side).Average(i =>
            (image[(channel * Input.SidePx + top + i / side) * Input.SidePx + left + i % side] + 1) * 127.5)),
    ];

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>Takes only the pictures out of the archive, under names of our own.</summary>
    private static Dictionary<string, JsonElement> Unpack(TemporaryFolder folder)
    {
        var archive = SharedData.Require("hostile.tar.gz");
        using var stream = File.OpenRead(archive);
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        JsonDocument? expected = null;
        while (tar.GetNextEntry() is { } entry)
        {
            var name = entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (name == "expected.json")
            {
                expected = JsonDocument.Parse(entry.DataStream!);
            }
            else if (name.StartsWith("images/", StringComparison.Ordinal) && entry.EntryType is TarEntryType.RegularFile)
            {
                entry.ExtractToFile(folder.File(name.Replace('/', '_')), overwrite: false);
            }
        }
        return expected!.RootElement.EnumerateObject()
            .Where(property => property.Name.StartsWith("images/", StringComparison.Ordinal))
            .ToDictionary(property => property.Name, property => property.Value);
    }
}
