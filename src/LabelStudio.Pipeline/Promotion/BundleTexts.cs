using System.Globalization;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>The files of a bundle that people read: how to run the model, in Python and in C#.</summary>
internal static class BundleTexts
{
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
        picture = picture.resize((side, side), Image.Resampling.BICUBIC)
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

    public static IEnumerable<KeyValuePair<string, string>> Of(string modelName, ModelManifest manifest) =>
    [
        new("README.md", Readme(modelName, manifest)),
        new("predict.py", Python),
        new("Predict.cs", CSharp),
    ];

    private static string Readme(string modelName, ModelManifest manifest) => string.Create(CultureInfo.InvariantCulture, $"""
        # {modelName}

        An image classifier for {manifest.Classes.Count} classes, in two forms that were found to agree when this archive was made.

        | file | what it is |
        | --- | --- |
        | `model.onnx` | the network: `image` float32 [N, 3, {manifest.SidePx}, {manifest.SidePx}] to `logits` and `probabilities`, both float32 [N, {manifest.Classes.Count}]; class names and preprocessing in its metadata |
        | `model.safetensors` | its weights, named as in timm: load them into `timm.create_model("tf_efficientnet_lite0", num_classes={manifest.Classes.Count})` |
        | `manifest.json` | classes with their permanent ids and indices, settings, test figures, hashes |
        | `model-card.md`, `model-card.json` | what it was trained on, how good it is, what it cannot do |
        | `predict.py`, `Predict.cs` | how to ask it about a picture |
        | `LICENSE-backbone.txt` | licence of the pretrained weights it was made from |

        **Preparation of a picture**: turn upright by EXIF, to 8-bit sRGB, transparency on white, resize the whole picture to
        {manifest.SidePx} × {manifest.SidePx} without cropping, red, green and blue planes, value `pixel / 127.5 - 1`.
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
}
