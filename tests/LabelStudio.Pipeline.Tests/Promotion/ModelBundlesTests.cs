using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Inference;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Promotion;

public sealed class ModelBundlesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bundle-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pack_OnnxOfTheBundle_AnswersAsThePredictionServiceDoes()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, classes) = await TrainAsync(studio);
        await UnpackAsync(studio, modelId);
        var picture = TestImages.Png(3);

        var served = await studio.Get<PredictionService>().PredictWithAsync(studio.UserId, modelId, picture, 5, Token);
        using var bundled = ModelPredictor.Open(_folder, threads: 1);
        var probabilities = bundled.Predict(picture);

        foreach (var answer in served.Classes)
        {
            Assert.Equal(answer.Probability, probabilities[bundled.Manifest.ClassIndices.IndexOf(answer.ClassId)], 1e-5);
        }
        Assert.Equal(classes.Length, served.Classes.Count);
    }

    /// <summary>As whoever unpacks the archive would: a project around the sample, compiled and run on a picture.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Pack_CSharpSample_CompilesAndAnswersAsThePredictionServiceDoes()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, _) = await TrainAsync(studio);
        await UnpackAsync(studio, modelId);
        var picture = TestImages.Png(3);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "picture.png"), picture, Token);
        var served = await studio.Get<PredictionService>().PredictWithAsync(studio.UserId, modelId, picture, 5, Token);

        var lines = await SampleProject.RunAsync(_folder, "picture.png", Token);

        Assert.Equal(served.Classes.Select(item => item.Name), lines.Select(line => line.Split(": ")[0]));
        Assert.All(served.Classes.Zip(lines), pair => Assert.Equal(
            pair.First.Probability, double.Parse(pair.Second.Split(": ")[1], CultureInfo.InvariantCulture), 0.01));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Pack_CSharpSampleOfSeveralClasses_PrintsLabelAndClassesAsThePredictionServiceAnswers()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, classes) = await TrainSeveralAsync(studio);
        await studio.Get<ModelThresholds>().KeepAsync(studio.UserId, modelId, new AnswerThresholds(0, new Dictionary<Guid, double> { [classes[0]] = 0.01, [classes[1]] = 0.99 }), Token);
        await UnpackAsync(studio, modelId);
        var picture = TestImages.Png(3);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "picture.png"), picture, Token);
        var set = (await studio.Get<PredictionService>().PredictWithAsync(studio.UserId, modelId, picture, 5, Token)).Set!;

        var lines = await SampleProject.RunAsync(_folder, "picture.png", Token);

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("most probable: ", lines[0], StringComparison.Ordinal);
        Assert.Equal(set.Label.Probability, double.Parse(lines[0].Split(": ")[2], CultureInfo.InvariantCulture), 0.01);
        Assert.Equal(set.Marginals.Select(item => $"{(set.Classes.Contains(item) ? "yes" : "no")} {item.Name}"), lines[1..].Select(line => line.Split(": ")[0]));
        Assert.All(set.Marginals.Zip(lines[1..]), pair => Assert.Equal(
            pair.First.Probability, double.Parse(pair.Second.Split(": ")[1], CultureInfo.InvariantCulture), 0.01));
    }

    [Fact]
    public async Task Pack_ModelOfSeveralClasses_TellsTheMembersOfEachOutputAndTheThresholds()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, classes) = await TrainSeveralAsync(studio);
        await studio.Get<ModelThresholds>().KeepAsync(studio.UserId, modelId, new AnswerThresholds(0, new Dictionary<Guid, double> { [classes[1]] = 0.8 }), Token);

        await UnpackAsync(studio, modelId);

        using var labels = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "labels.json"), Token));
        Assert.Equal(
            [(classes[0], 0.5), (classes[1], 0.8)],
            labels.RootElement.GetProperty("classes").EnumerateArray().Select(item => (item.GetProperty("id").GetGuid(), item.GetProperty("threshold").GetDouble())));
        Assert.Equal(
            ["0: 0", "1: 1", "2: 0 1"],
            labels.RootElement.GetProperty("labels").EnumerateArray().Select(item =>
                $"{item.GetProperty("index").GetInt32()}: {string.Join(' ', item.GetProperty("members").EnumerateArray().Select(member => member.GetInt32()))}"));
        var (readme, python) = (await File.ReadAllTextAsync(Path.Combine(_folder, "README.md"), Token), await File.ReadAllTextAsync(Path.Combine(_folder, "predict.py"), Token));
        Assert.Contains("An image classifier for 2 classes and 1 combination of them", readme, StringComparison.Ordinal);
        Assert.Contains("| `labels.json` |", readme, StringComparison.Ordinal);
        Assert.Contains("Several classes in one picture", readme, StringComparison.Ordinal);
        Assert.Contains("json.load(file)", python, StringComparison.Ordinal);
        Assert.Contains(classes[0].ToString(), await File.ReadAllTextAsync(Path.Combine(_folder, "manifest.json"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pack_ModelOfOneClassEach_HasNoFileOfMembers()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, _) = await TrainAsync(studio);

        await UnpackAsync(studio, modelId);

        Assert.False(File.Exists(Path.Combine(_folder, "labels.json")));
        Assert.DoesNotContain("labels.json", await File.ReadAllTextAsync(Path.Combine(_folder, "README.md"), Token), StringComparison.Ordinal);
        Assert.DoesNotContain("labels.json", await File.ReadAllTextAsync(Path.Combine(_folder, "predict.py"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pack_Archive_HoldsSamplesCardAndLicence()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, _) = await TrainAsync(studio);

        await UnpackAsync(studio, modelId);

        string[] expected =
        [
            "LICENSE-backbone.txt", "Predict.cs", "README.md", "manifest.json", "manifest.sha256", "model-card.md", "model.onnx", "model.safetensors", "predict.py", "preprocessing.json",
        ];
        Assert.Subset(Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).ToHashSet(), expected.ToHashSet());
        var readme = await File.ReadAllTextAsync(Path.Combine(_folder, "README.md"), Token);
        Assert.Contains("num_classes=2", readme, StringComparison.Ordinal);
        Assert.Contains("by the kernel Lanczos 3", readme, StringComparison.Ordinal);
        Assert.Contains("Image.Resampling.LANCZOS", await File.ReadAllTextAsync(Path.Combine(_folder, "predict.py"), Token), StringComparison.Ordinal);
        using var onnx = new Microsoft.ML.OnnxRuntime.InferenceSession(Path.Combine(_folder, ModelFolder.OnnxFile));
        Assert.Contains("Lanczos 3", onnx.ModelMetadata.CustomMetadataMap["preprocessing"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(studio.Paths.Exports));
    }

    [Fact]
    public async Task Pack_Safetensors_HasThePublishedNamesAndShapesAndAClassifier()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, classes) = await TrainAsync(studio);

        await UnpackAsync(studio, modelId);

        var published = WeightFile.Read(StudioPaths.ShippedBackbones.WeightsPath(BackboneDescriptor.EfficientNetLite0)).Tensors.Where(pair => !pair.Key.StartsWith("classifier.", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => pair.Value.Shape);
        published["classifier.weight"] = [classes.Length, 1280];
        published["classifier.bias"] = [classes.Length];
        var written = WeightFile.Read(Path.Combine(_folder, ModelFolder.WeightsFile)).Tensors;
        Assert.Equal(published.Keys.Order(), written.Keys.Order());
        Assert.All(written, pair => Assert.Equal(published[pair.Key], pair.Value.Shape));
    }

    [Fact]
    public async Task Readme_ModelOnAUsersExtractor_NamesItsFilesAndNoNetworkOfTimm()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, _) = await TrainAsync(studio, onExtractor: true);

        await UnpackAsync(studio, modelId);

        var readme = await File.ReadAllTextAsync(Path.Combine(_folder, "README.md"), Token);
        Assert.DoesNotContain("timm", readme, StringComparison.Ordinal);
        Assert.Contains("on the feature extractor 'Small net'", readme, StringComparison.Ordinal);
        // Every file that the text names is there, and the weights are what it says.
        string[] named = [.. Regex.Matches(readme, "^\\| `([^`]+)` ", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
        Assert.Equal(["model.onnx", "model.safetensors", "extractor.onnx", "extractor.json", "manifest.json", "closed-form.safetensors", "preprocessing.json", "LICENSE-backbone.txt"], named);
        Assert.All(named, file => Assert.True(File.Exists(Path.Combine(_folder, file)), file));
        var weights = WeightFile.Read(Path.Combine(_folder, ModelFolder.WeightsFile)).Tensors;
        Assert.Equal(["classifier.bias", "classifier.weight"], weights.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([2L, TestExtractors.EmbeddingSize], weights["classifier.weight"].Shape);
    }

    [Fact]
    public async Task Demand_GraphOfOtherWeights_IsRefusedWithTheDifference()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (modelId, _) = await TrainAsync(studio);
        var model = studio.Paths.ModelFolder(modelId);
        var head = ModelFolder.ReadHead(model);
        // The opposite answers: a mere shift would not show where the model is certain.
        var other = new LabelStudio.Learning.Heads.LinearHead(
            head.Classes, head.EmbeddingSize, [.. head.Weight.Select(value => -value)], [1 - head.Bias[0], -head.Bias[1]]);
        var manifest = ModelFolder.Read(model);

        var refused = Assert.Throws<ModelFolderException>(() => EngineParity.Demand(
            BackboneDescriptor.EfficientNetLite0, ModelFolder.ReadBackbone(model), other, manifest.Temperature, manifest.SidePx, Path.Combine(model, ModelFolder.OnnxFile)));

        Assert.Contains("in probability", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task UnpackAsync(ModelStudio studio, Guid modelId)
    {
        var card = new Dictionary<string, string> { ["model-card.md"] = "# Card" };
        await using var stream = await studio.Get<ModelBundles>().PackAsync(studio.UserId, modelId, card, Token);
        await ZipFile.ExtractToDirectoryAsync(stream, _folder, Token);
    }

    /// <summary>Of a cup, a plate, and both at once.</summary>
    private static async Task<(Guid ModelId, Guid[] Classes)> TrainSeveralAsync(ModelStudio studio)
    {
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var both = await studio.AddCombinationAsync(classes);
        Guid[] labels = [.. classes, both];
        var images = await studio.AddImagesAsync(9);
        await studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)labels[index % 3]))]);
        var modelId = await TrainedStudio.TrainAsync(studio, labels, result => result with
        {
            Classes = [.. result.Classes.Select(item => item.Id == both ? item with { MemberIds = classes } : item)],
        });
        return (modelId, classes);
    }

    private static async Task<(Guid ModelId, Guid[] Classes)> TrainAsync(ModelStudio studio, bool onExtractor = false)
    {
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(8);
        await studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        await studio.Get<RunLaunch>().LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainedModels.Plan, null, false), Token);
        var assignment = (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;
        var folder = Path.Combine(studio.Paths.Uploads, Guid.NewGuid().ToString("N"));
        var trained = onExtractor ? assignment with { ExtractorId = Guid.CreateVersion7() } : assignment;
        await TrainedModels.TrainAsync(trained, new MemoryRunFiles(classes, 20, 10, null), folder);
        await studio.Get<ModelImport>().CompleteAsync(assignment, "worker", folder, StopReason.Completed, Token);
        return (assignment.ModelId, classes);
    }
}
