using System.Numerics.Tensors;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Learning.Inference;

/// <summary>
/// Shows which parts of a picture speak for a class. The embedding is the mean of the last feature map, so each place of the
/// map has its own share of a class's logit. Source: Zhou and others 2016, "Learning deep features for discriminative
/// localization", equation 2; a class's weights are taken relative to those of all classes, as only differences of logits
/// count. Thread-safe.
/// </summary>
public sealed class ClassActivation : IDisposable
{
    private readonly OnnxSession _session;
    private readonly ImagePreprocessing _preprocessing;
    private readonly LinearHead _head;
    private readonly float[] _meanRow;

    private ClassActivation(OnnxSession session, int sidePx, LinearHead head)
    {
        _session = session;
        _preprocessing = new(sidePx);
        _head = head;
        _meanRow = new float[head.EmbeddingSize];
        for (var index = 0; index < head.Classes.Count; index++)
        {
            TensorPrimitives.Add(_meanRow, head.Row(index), _meanRow);
        }

        TensorPrimitives.Divide(_meanRow, head.Classes.Count, _meanRow);
    }

    /// <summary>Loads a model's backbone up to its last feature map.</summary>
    /// <param name="backbones">The backbones the program has.</param>
    /// <param name="modelFolder">Folder that <see cref="ModelFolder"/> wrote.</param>
    /// <param name="threads">Threads of one call, at least 1.</param>
    /// <returns>The caller owns it.</returns>
    /// <exception cref="ModelFolderException">The folder cannot be used.</exception>
    public static ClassActivation Open(BackboneRegistry backbones, string modelFolder, int threads)
    {
        var manifest = ModelFolder.Read(modelFolder);
        if (ExtractorFolder.IsIn(modelFolder))
        {
            throw new ModelFolderException($"The model rests on the feature extractor '{manifest.Backbone}', whose inner feature map is not known, so it can't show what it looked at. Ask it without.");
        }

        var path = Path.Combine(Path.GetTempPath(), $"features-{Guid.NewGuid():N}.onnx");
        try
        {
            BackboneGraph.WriteLastFeatures(manifest.FindIn(backbones), ModelFolder.ReadBackbone(modelFolder), path);
            return new(new OnnxSession(path, manifest.SidePx, threads), manifest.SidePx, ModelFolder.ReadHead(modelFolder));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The map of one class.</summary>
    /// <param name="encodedImage">The picture file's bytes.</param>
    /// <param name="classIndex">The class.</param>
    /// <returns>What speaks for the class, 0 (nothing) to 1 (the most in this picture), row by row; rows = columns.</returns>
    /// <exception cref="ImageRefusedException">No picture that can be taken.</exception>
    public float[] Of(byte[] encodedImage, int classIndex)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)classIndex, (uint)_head.Classes.Count);
        var image = new float[_preprocessing.Length];
        ImageDecoder.DecodeInto(encodedImage, _preprocessing, image);
        var side = _preprocessing.SidePx / BackboneDescriptor.SideMultiplePx;
        var (places, size) = (side * side, _head.EmbeddingSize);
        var features = new float[size * places]; // [D, H, W]
        _session.Run(image, 1, BackboneGraph.FeatureOutput, features);
        var row = _head.Row(classIndex);
        var map = new float[places];
        for (var channel = 0; channel < size; channel++)
        {
            TensorPrimitives.MultiplyAdd(features.AsSpan(channel * places, places), row[channel] - _meanRow[channel], map, map);
        }

        TensorPrimitives.Max(map, 0f, map);
        var most = TensorPrimitives.Max<float>(map);
        TensorPrimitives.Divide(map, most > 0 ? most : 1, map);
        return map;
    }

    /// <summary>Frees the network. No call may be running.</summary>
    public void Dispose() => _session.Dispose();
}
