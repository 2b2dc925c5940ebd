using System.Globalization;
using System.Text;
using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Api;

/// <summary>A model card as Markdown. Names are the users' own words, so what Markdown would read as a sign is escaped.</summary>
public static class ModelCardText
{
    public static string Of(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var text = new StringBuilder();
        Line(text, $"# {Plain(card.Project)}: {card.Model}");
        Line(text, $"");
        if (card.Intent.Length > 0)
        {
            Line(text, $"{Plain(card.Intent)}");
            Line(text, $"");
        }

        Line(text, $"Image classifier for {Knows(card)}. A linear head on {(card.HasOwnExtractor ? "the feature extractor" : "the backbone")} {Plain(card.Backbone)}, whose weights are under the licence {Plain(card.BackboneLicence)}.");
        Line(text, $"");
        Line(text, $"| | |");
        Line(text, $"| --- | --- |");
        Line(text, $"| Version | {card.Model} (`{card.ModelVersionId}`) |");
        Line(text, $"| Trained from | {string.Join(", before that ", card.Ancestors.Append("pretrained weights"))} |");
        Line(text, $"| Made | {card.CreatedUtc:yyyy-MM-dd HH:mm} UTC by {Plain(card.TrainedBy)}, run “{Plain(card.Run)}” |");
        Line(text, $"| Data | {card.TrainImages} train, {card.ValidationImages} validation, {card.TestImages} test images; dataset version `{card.DatasetSnapshotId}`, SHA-256 `{card.DatasetSha256}` |");
        var input = card.Preprocessing;
        Line(text, $"| Input | whole picture, upright by EXIF, {input.ColourSpace}, transparency on {input.AlphaBackground}, squeezed to {input.SidePx} × {input.SidePx} px (kernel {input.ResizeKernel}, enlarged by {input.EnlargeKernel}), {input.ColourOrder} planes, value / 127.5 − 1 |");
        Line(text, $"| Parameters | {card.Parameters:N0}{(card.HasOwnExtractor ? " of the head; the feature extractor has its own" : "")} |");
        Line(text, $"| Hardware | {Plain(card.Device ?? "unknown")}{(card.Duration is { } time ? $", {time.TotalMinutes:F1} min" : "")} |");
        if (card.Environment is { } environment)
        {
            Line(text, $"| Computed with | {Plain(environment.Program)} on {Plain(environment.DotNet)}, {Plain(environment.OperatingSystem)}; TorchSharp {Plain(environment.TorchSharp)}, libtorch {Plain(environment.LibTorch)}, ONNX Runtime {Plain(environment.OnnxRuntime)}; {environment.Processors} processors, {environment.Threads} threads |");
        }

        Line(text, $"| Temperature | {card.Temperature:F3} |");
        Line(text, $"| Answers from | {Threshold(card)} |");
        Line(text, $"");
        Line(text, $"## Quality on test images");
        Line(text, $"");
        if (card.Accuracy is null)
        {
            Line(text, $"Not measured: there was no labelled test image.");
        }
        else
        {
            Line(text, $"Accuracy {Share(card.Accuracy)} (95 % interval {Share(card.AccuracyLow)} to {Share(card.AccuracyHigh)}), balanced accuracy {Share(card.BalancedAccuracy)}, macro-F1 {Share(card.MacroF1)}{(card.MacroF1Interval is { } range ? $" (95 % interval {Share(range.Low)} to {Share(range.High)})" : "")}, calibration error {Share(card.CalibrationError)}.");
        }

        if (card is { Accuracy: not null, SeveralClasses: { } several })
        {
            Line(text, $"");
            Line(text, $"A picture may show several classes: the accuracy is the share of images that get exactly theirs, the other figures are of each class by itself. Micro-F1 {Share(several.MicroF1)}, mean average precision {Share(several.MeanAveragePrecision)}, mean Jaccard {Share(several.MeanJaccard)}, Hamming loss {Share(several.HammingLoss)}.");
        }

        if (card.OldClassesAfter is not null)
        {
            Line(text, $"");
            Line(text, $"Against {card.ComparedWith}: old classes {Share(card.OldClassesBefore)} → {Share(card.OldClassesAfter)}, new classes {Share(card.NewClassesAfter)}, forgotten on average {Share(card.AverageForgetting)} of the best any model before had.");
        }

        Line(text, $"");
        Line(text, $"| Class | Id | Since | Train | Validation | Test | Precision | Recall | 95 % interval | F1 |");
        Line(text, $"| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var item in card.Classes)
        {
            Line(text, $"| {Plain(item.Name)}{(item.IsNew ? " (new)" : "")} | `{item.Id}` | {item.SinceModel ?? "–"} | {item.TrainImages} | {item.ValidationImages} | {item.TestImages} | {Share(item.Precision)} | {Share(item.Recall)} | {(item.RecallLow is null ? "–" : $"{Share(item.RecallLow)} to {Share(item.RecallHigh)}")} | {Share(item.F1)} |");
        }

        if (card.Combinations.Count > 0)
        {
            Line(text, $"");
            Line(text, $"Combinations that it answers with as a whole:");
            Line(text, $"");
            Line(text, $"| Combination | Id | Train | Validation | Test | Recall |");
            Line(text, $"| --- | --- | ---: | ---: | ---: | ---: |");
            foreach (var item in card.Combinations)
            {
                Line(text, $"| {Plain(item.Name)}{(item.IsNew ? " (new)" : "")} | `{item.Id}` | {item.TrainImages} | {item.ValidationImages} | {item.TestImages} | {Share(item.Recall)} |");
            }
        }

        Line(text, $"");
        Line(text, $"## Limits");
        Line(text, $"");
        foreach (var limit in card.Limits)
        {
            Line(text, $"- {Plain(limit)}");
        }

        if (card.WeakSlices.Count > 0)
        {
            Line(text, $"");
            Line(text, $"## Known weak parts of the test images");
            Line(text, $"");
            Line(text, $"Their whole 95 % interval lies below the accuracy over all test images.");
            Line(text, $"");
            Line(text, $"| Parted by | Part | Test | Accuracy | 95 % interval |");
            Line(text, $"| --- | --- | ---: | ---: | ---: |");
            foreach (var slice in card.WeakSlices)
            {
                Line(text, $"| {NameOf(slice.By)} | {Plain(slice.Name)} | {slice.TestImages} | {Share(slice.Accuracy)} | {Share(slice.AccuracyLow)} to {Share(slice.AccuracyHigh)} |");
            }
        }

        Line(text, $"");
        Line(text, $"## Files");
        Line(text, $"");
        Line(text, $"| File | SHA-256 |");
        Line(text, $"| --- | --- |");
        foreach (var (file, hash) in card.FileHashes.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Line(text, $"| {Plain(file)} | `{hash}` |");
        }

        Line(text, $"");
        Line(text, $"## Settings");
        Line(text, $"");
        Line(text, $"```json");
        Line(text, $"{card.Settings.ToJson()}");
        Line(text, $"```");
        return text.ToString();
    }

    private static string NameOf(SliceKind kind) => kind switch
    {
        SliceKind.ImportBatch => "import",
        SliceKind.Annotator => "annotator",
        SliceKind.Size => "size",
        SliceKind.Shape => "shape",
        SliceKind.Format => "file format",
        SliceKind.ClassAge => "age of the class",
    };

    private static string Knows(ModelCard card) => card.Combinations.Count switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{card.Classes.Count} classes"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{card.Classes.Count} classes and 1 combination of them"),
        var count => string.Create(CultureInfo.InvariantCulture, $"{card.Classes.Count} classes and {count} combinations of them"),
    };

    private static string Threshold(ModelCard card)
    {
        var own = card.Classes.Where(item => card.Thresholds.Classes.ContainsKey(item.Id)).Select(item => $"{Plain(item.Name)} {Share(card.Thresholds.Of(item.Id))}").ToList();
        if (card.Combinations.Count > 0)
        {
            return $"each class from {Share(card.Thresholds.OverallMarginal)}" + (own.Count > 0 ? $"; {string.Join(", ", own)}" : "");
        }

        return (card.Thresholds.Overall > 0 ? $"{Share(card.Thresholds.Overall)}, below “unknown”" : "any probability") + (own.Count > 0 ? $"; {string.Join(", ", own)}" : "");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Share(double? value) => value is { } share && double.IsFinite(share) ? (share * 100).ToString("F1", CultureInfo.InvariantCulture) + " %" : "–";

    private static string Plain(string words)
    {
        var plain = new StringBuilder(words.Length);
        foreach (var letter in words.ReplaceLineEndings(" "))
        {
            if (@"\`*_{}[]<>#|".Contains(letter, StringComparison.Ordinal))
            {
                plain.Append('\\');
            }

            plain.Append(letter);
        }

        return plain.ToString();
    }
}
