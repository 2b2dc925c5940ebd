using System.Globalization;
using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>The files of a bundle that people read: how to run the model, in Python and in C#.</summary>
internal static class BundleTexts
{
    private const string Several = """


        **Several classes in one picture**: an output is a label, which is a class, a combination of several (such as "Dog + Cat"), or "No class". The most
        probable label is the best answer as a whole. Whether the picture shows one class is told by that class's own probability: the sum over all
        labels whose `members` in `labels.json` hold it, held against its `threshold`. The samples print both.
        """;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static IEnumerable<KeyValuePair<string, string>> Of(string modelName, ModelManifest manifest, BackboneRegistry backbones, AnswerThresholds thresholds)
    {
        var labels = BundleLabels.Of(manifest, thresholds);
        var (python, csharp) = (BundleSamples.Python(labels is not null), BundleSamples.CSharp(labels is not null));
        yield return new("README.md", Readme(modelName, manifest, backbones, labels, python, csharp));
        yield return new("predict.py", python);
        yield return new("Predict.cs", csharp);
        yield return new("preprocessing.json", JsonSerializer.Serialize(manifest.PreprocessingOrDerived, s_json) + "\n");
        if (labels is not null)
        {
            yield return new(BundleLabels.File, JsonSerializer.Serialize(labels, s_json) + "\n");
        }
    }

    private static string Readme(
        string modelName, ModelManifest manifest, BackboneRegistry backbones, BundleLabels? labels, string python, string csharp) => string.Create(CultureInfo.InvariantCulture, $"""
        # {modelName}

        {Introduction(manifest, labels)}

        | file | what it is |
        | --- | --- |
        | `model.onnx` | the network: `image` float32 [N, 3, {manifest.SidePx}, {manifest.SidePx}] to `logits` and `probabilities`, both float32 [N, {manifest.Classes.Count}]; class names and preprocessing in its metadata |
        {Weights(manifest, backbones)}
        | `manifest.json` | classes with their permanent ids and indices, settings, test figures, hashes |{(manifest.FileHashes.ContainsKey(ModelFolder.ClosedFormFileName) ? $"\n| `{ModelFolder.ClosedFormFileName}` | counts and means of the classes' embeddings and their common covariance: by these the studio adds classes without the old images |" : "")}
        | `model-card.md`, `model-card.json` | what it was trained on, how good it is, what it cannot do |
        | `preprocessing.json` | what to do to a picture before asking: side, kernel, colours, scale, mean, standard deviation |
        | `predict.py`, `Predict.cs` | how to ask it about a picture |{(labels is null ? "" : $"\n| `{BundleLabels.File}` | which classes each output stands for, and from which probability a class counts as shown |")}
        | `LICENSE-backbone.txt` | {LicenceOf(manifest)} |

        **Preparation of a picture**: turn upright by EXIF, to 8-bit sRGB, transparency on white, resize the whole picture to
        {manifest.SidePx} × {manifest.SidePx} without cropping by the kernel Lanczos 3 (bicubic where a side is enlarged), red, green and blue planes, value `pixel / 127.5 - 1`.{(IsOnExtractor(manifest) ? " From there `model.onnx` goes on to the extractor's own mean and standard deviation by itself." : "")}
        The probabilities are calibrated: softmax of the logits divided by {manifest.Temperature:0.####}.{(labels is null ? "" : Several)}

        ## Python

        ```python
        {python.TrimEnd()}
        ```

        ## C#

        ```csharp
        {csharp.TrimEnd()}
        ```

        """);

    private static string Introduction(ModelManifest manifest, BundleLabels? labels) => IsOnExtractor(manifest)
        ? $"An image classifier for {Knows(manifest, labels)} on the feature extractor '{manifest.Backbone}': one network, found to agree with the extractor and the classifier it was put together from when this archive was made."
        : $"An image classifier for {Knows(manifest, labels)}, in two forms that were found to agree when this archive was made.";

    private static string Knows(ModelManifest manifest, BundleLabels? labels) =>
        labels is null ? $"{manifest.Classes.Count} classes"
        : labels.Labels.Count - labels.Classes.Count is var combinations && combinations == 1 ? $"{labels.Classes.Count} classes and 1 combination of them"
        : $"{labels.Classes.Count} classes and {combinations} combinations of them";

    private static string Weights(ModelManifest manifest, BackboneRegistry backbones) => IsOnExtractor(manifest)
        ? $"""
            | `{ModelFolder.WeightsFile}` | weights of the classifier alone: `classifier.weight`, for each class a row as long as the extractor's output, and `classifier.bias`; the extractor's own are in `{ExtractorFolder.OnnxFile}` |
            | `{ExtractorFolder.OnnxFile}` | the feature extractor as it was added to the project |
            | `{ExtractorFolder.DescriptorFile}` | how it is fed and read alone: names of its input and output, side, mean and standard deviation of its pictures |
            """
        : $"| `{ModelFolder.WeightsFile}` | its weights, named as in timm: load them into `timm.create_model(\"{manifest.FindIn(backbones).TimmName}\", num_classes={manifest.Classes.Count})` |";

    private static string LicenceOf(ModelManifest manifest) =>
        IsOnExtractor(manifest) ? "licence of the feature extractor, as it was given when it was added" : "licence of the pretrained weights it was made from";

    private static bool IsOnExtractor(ModelManifest manifest) => manifest.FileHashes.ContainsKey(ExtractorFolder.DescriptorFile);
}
