using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Inference;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Tests.Imaging;
using LabelStudio.Learning.Training;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.Inference;

public sealed class ModelPredictorTests : IDisposable
{
    private const int SidePx = 64, Classes = 3;
    private const double Temperature = 0.8;
    private static readonly BackboneDescriptor Backbone = BackboneDescriptor.EfficientNetLite0;
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("model");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Predict_APicture_AgreesWithTorchSharpOnTheReadBackWeights()
    {
        Write(SidePx);
        var picture = DrawnPicture.Jpeg(80, 60);

        using var predictor = ModelPredictor.Open(Model, threads: 2);
        var predicted = predictor.Predict(picture);

        Assert.Equal(1, predicted.Sum(), 1e-5);
        var expected = ByTorch(picture);
        Assert.InRange(expected.Zip(predicted, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4);
    }

    [Fact]
    public void Probabilities_SeveralPictures_HaveTheRowsOfEachAlone()
    {
        Write(SidePx);
        using var predictor = ModelPredictor.Open(Model, threads: 1);
        byte[][] pictures = [DrawnPicture.Jpeg(80, 60), DrawnPicture.Noise(".png")];
        float[] images = [.. pictures.SelectMany(picture => Decode(picture))];

        var probabilities = predictor.Probabilities(images, 2);

        var single = predictor.Predict(pictures[1]);
        Assert.InRange(single.Zip(probabilities[Classes..], (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5);
    }

    [Fact]
    public void Predict_NoPicture_IsRefused()
    {
        Write(SidePx);
        using var predictor = ModelPredictor.Open(Model, threads: 1);

        Assert.Throws<ImageRefusedException>(() => predictor.Predict([1, 2, 3]));
    }

    [Fact]
    public void Open_GraphOfAnotherSize_IsRefusedWithTheFolder()
    {
        Write(onnxSidePx: SidePx * 2);

        var refused = Assert.Throws<ModelFolderException>(() => ModelPredictor.Open(Model, threads: 1));

        Assert.Contains(Model, refused.Message, StringComparison.Ordinal);
    }

    private void Write(int onnxSidePx)
    {
        var random = new Random(11);
        Guid[] ids = [new(1, 0, 0, new byte[8]), new(2, 0, 0, new byte[8]), new(3, 0, 0, new byte[8])];
        var head = new LinearHead(
            ClassIndexMap.Of(ids), Backbone.EmbeddingSize,
            [.. Enumerable.Range(0, Classes * Backbone.EmbeddingSize).Select(_ => (random.NextSingle() - 0.5f) * 0.1f)], [0.1f, 0, -0.1f]);
        string[] names = ["a", "b", "c"];
        var manifest = new ModelManifest
        {
            ModelId = ids[0],
            DatasetSnapshotId = ids[1],
            RunId = ids[2],
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = Backbone.Name,
            Classes = [.. ids.Select((id, index) => new ClassEntry(id, names[index], index))],
            SidePx = SidePx,
            PreprocessingVersion = ImagePreprocessing.Version,
            Plan = TrainingPlan.Quick,
            Temperature = Temperature,
            WeightsHash = Backbone.WeightsHash(PretrainedWeights.Lite0),
            BackboneIsPretrained = true,
        };
        ModelFolder.Write(
            Model, manifest, PretrainedWeights.Lite0.Tensors, head,
            path => OnnxGraphWriter.WriteClassifier(Backbone, PretrainedWeights.Lite0, head, names, Temperature, onnxSidePx, path));
    }

    private float[] ByTorch(byte[] picture)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var head = ModelFolder.ReadHead(Model);
        using var network = new EfficientNetLite(Backbone, ModelFolder.ReadBackbone(Model));
        var embedding = network.forward(tensor(Decode(picture), [1, 3, SidePx, SidePx]));
        var logits = nn.functional.linear(embedding, tensor(head.Weight, [Classes, Backbone.EmbeddingSize]), tensor(head.Bias));
        return logits.ScaleInPlace(1 / Temperature).softmax(1).data<float>().ToArray();
    }

    private static float[] Decode(byte[] picture)
    {
        var preprocessing = new ImagePreprocessing(SidePx);
        var image = new float[preprocessing.Length];
        ImageDecoder.DecodeInto(picture, preprocessing, image);
        return image;
    }
}
