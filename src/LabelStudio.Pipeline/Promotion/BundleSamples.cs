namespace LabelStudio.Pipeline.Promotion;

/// <summary>The programs of a bundle that ask the model about a picture.</summary>
internal static class BundleSamples
{
    private const string PythonStart = """
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

        """;

    private const string PythonOne = """
        for index in probabilities[0].argsort()[::-1][:5]:
            print(f"{names[index]}: {probabilities[0][index]:.4f}")

        """;

    private const string PythonSeveral = """
        with open("labels.json", encoding="utf-8") as file:
            known = json.load(file)
        best = int(probabilities[0].argmax())
        print(f"most probable: {names[best]}: {probabilities[0][best]:.4f}")
        # A class is as probable as all labels together that hold it.
        shown = [sum(float(probabilities[0][label["index"]]) for label in known["labels"] if place in label["members"]) for place in range(len(known["classes"]))]
        for place in sorted(range(len(shown)), key=lambda place: -shown[place]):
            item = known["classes"][place]
            print(f"{'yes' if shown[place] >= item['threshold'] else 'no'} {item['name']}: {shown[place]:.4f}")

        """;

    private const string CSharpStart = """
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

        """;

    private const string CSharpOne = """
        foreach (var (probability, name) in probabilities.Zip(names).OrderByDescending(pair => pair.First).Take(5))
            Console.WriteLine($"{name}: {probability:F4}");

        """;

    private const string CSharpSeveral = """
        var known = JsonDocument.Parse(File.ReadAllText("labels.json")).RootElement;
        var best = Array.IndexOf(probabilities, probabilities.Max());
        Console.WriteLine($"most probable: {names[best]}: {probabilities[best]:F4}");
        // A class is as probable as all labels together that hold it.
        var shown = known.GetProperty("classes").EnumerateArray().Select((item, place) => (
            Name: item.GetProperty("name").GetString(),
            Threshold: item.GetProperty("threshold").GetDouble(),
            Probability: known.GetProperty("labels").EnumerateArray()
                .Where(label => label.GetProperty("members").EnumerateArray().Any(member => member.GetInt32() == place))
                .Sum(label => (double)probabilities[label.GetProperty("index").GetInt32()])));
        foreach (var (name, threshold, probability) in shown.OrderByDescending(item => item.Probability))
            Console.WriteLine($"{(probability >= threshold ? "yes" : "no")} {name}: {probability:F4}");

        """;

    /// <param name="several">Of a model whose pictures may show several classes.</param>
    public static string Python(bool several) => PythonStart + (several ? PythonSeveral : PythonOne);

    /// <param name="several">Of a model whose pictures may show several classes.</param>
    public static string CSharp(bool several) => CSharpStart + (several ? CSharpSeveral : CSharpOne);
}
