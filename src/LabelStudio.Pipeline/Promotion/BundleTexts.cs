using System.Globalization;
using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>The files of a bundle that people read: how to run the model, in Python and in C#.</summary>
internal static class BundleTexts
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private const string Python = """
        # pip install onnxruntime pillow numpy        usage: python predict.py picture.jpg
        import json, sys
        import numpy as np, onnxruntime as ort
        from PIL import Image, ImageOps

        session = ort.InferenceSession("model.onnx")
        about = session.get_modelmeta().custom_metadata_map
        names, side = json.loads(about["class_names"]), int(about["side_px"])

        picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
        kernel = lambda now: Image.Resampling.LANCZOS if now > side else Image.Resampling.BICUBIC
        picture = picture.resize((picture.width, side), kernel(picture.height)).resize((side, side), kernel(picture.width))
        image = np.asarray(picture, np.float32).transpose(2, 0, 1)[None] / 127.5 - 1

        logits, probabilities = session.run(["logits", "probabilities"], {"image": image})
        for index in probabilities[0].argsort()[::-1][:5]:
            print(f"{names[index]}: {probabilities[0][index]:.4f}")

        """;

    private const string CSharp = """
        // dotnet add package Microsoft.ML.OnnxRuntime, NetVips, NetVips.Native     usage: dotnet run picture.jpg
        using System.Text.Json;
        using Microsoft.ML.OnnxRuntime;
        using NetVips;

        using var session = new InferenceSession("model.onnx");
        var about = session.ModelMetadata.CustomMetadataMap;
        var (names, side) = (JsonSerializer.Deserialize<string[]>(about["class_names"])!, int.Parse(about["side_px"]));
        var picture = Image.Thumbnail(args[0], side, height: side, size: Enums.Size.Force).Colourspace(Enums.Interpretation.Srgb);
        if (picture.HasAlpha()) picture = picture.Flatten(background: [255, 255, 255]);
        var pixels = picture.WriteToMemory<byte>();
        var image = new float[3 * side * side];
        for (var i = 0; i < image.Length; i++) image[(i % 3 * side * side) + (i / 3)] = (pixels[i] / 127.5f) - 1;
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, side, side]);
        using var outputs = session.Run(new RunOptions(), ["image"], [input], ["probabilities"]);
        var probabilities = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        foreach (var (probability, name) in probabilities.Zip(names).OrderByDescending(pair => pair.First).Take(5))
            Console.WriteLine($"{name}: {probability:F4}");

        """;

    public static IEnumerable<KeyValuePair<string, string>> Of(string modelName, ModelManifest manifest, BackboneRegistry backbones) =>
    [
        new("README.md", Readme(modelName, manifest, backbones)),
        new("predict.py", Python),
        new("Predict.cs", CSharp),
        new("preprocessing.json", JsonSerializer.Serialize(manifest.PreprocessingOrDerived, s_json) + "\n"),
    ];

    private static string Readme(string modelName, ModelManifest manifest, BackboneRegistry backbones) => string.Create(CultureInfo.InvariantCulture, $"""
        # {modelName}

        {Introduction(manifest)}

        | file | what it is |
        | --- | --- |
        | `model.onnx` | the network: `image` float32 [N, 3, {manifest.SidePx}, {manifest.SidePx}] to `logits` and `probabilities`, both float32 [N, {manifest.Classes.Count}]; class names and preprocessing in its metadata |
        {Weights(manifest, backbones)}
        | `manifest.json` | classes with their permanent ids and indices, settings, test figures, hashes |{(manifest.FileHashes.ContainsKey(ModelFolder.ClosedFormFileName) ? $"\n| `{ModelFolder.ClosedFormFileName}` | counts and means of the classes' embeddings and their common covariance: by these the studio adds classes without the old images |" : "")}
        | `model-card.md`, `model-card.json` | what it was trained on, how good it is, what it cannot do |
        | `preprocessing.json` | what to do to a picture before asking: side, kernel, colours, scale, mean, standard deviation |
        | `predict.py`, `Predict.cs` | how to ask it about a picture |
        | `LICENSE-backbone.txt` | {LicenceOf(manifest)} |

        **Preparation of a picture**: turn upright by EXIF, to 8-bit sRGB, transparency on white, resize the whole picture to
        {manifest.SidePx} × {manifest.SidePx} without cropping by the kernel Lanczos 3 (bicubic where a side is enlarged), red, green and blue planes, value `pixel / 127.5 - 1`.{(IsOnExtractor(manifest) ? " From there `model.onnx` goes on to the extractor's own mean and standard deviation by itself." : "")}
        The probabilities are calibrated: softmax of the logits divided by {manifest.Temperature:0.####}.

        ## Python

        ```python
        {Python.TrimEnd()}
        ```

        ## C#

        ```csharp
        {CSharp.TrimEnd()}
        ```

        """);

    private static string Introduction(ModelManifest manifest) => IsOnExtractor(manifest)
        ? $"An image classifier for {manifest.Classes.Count} classes on the feature extractor '{manifest.Backbone}': one network, found to agree with the extractor and the classifier it was put together from when this archive was made."
        : $"An image classifier for {manifest.Classes.Count} classes, in two forms that were found to agree when this archive was made.";

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
