using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;
using Microsoft.ML.OnnxRuntime;

namespace LabelStudio.Learning.Inference;

/// <summary>Classifies pictures with a model version on ONNX Runtime. Thread-safe; share one among all callers.</summary>
public sealed class ModelPredictor : IDisposable
{
    private readonly OnnxSession _session;
    private readonly ImagePreprocessing _preprocessing;

    private ModelPredictor(ModelManifest manifest, OnnxSession session)
    {
        Manifest = manifest;
        _session = session;
        _preprocessing = new(manifest.SidePx);
    }

    /// <summary>What the model is: classes by index, size of its input, temperature.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Checks a model folder, loads its network and runs it once, so that the first caller does not wait.</summary>
    /// <param name="modelFolder">Folder that <see cref="ModelFolder"/> wrote.</param>
    /// <param name="threads">Threads of one call, at least 1.</param>
    /// <returns>The predictor; the caller owns it.</returns>
    /// <exception cref="ModelFolderException">The folder is incomplete, changed, of a newer format, or needs other preprocessing.</exception>
    public static ModelPredictor Open(string modelFolder, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var manifest = ModelFolder.Read(modelFolder);
        if (manifest.PreprocessingVersion != ImagePreprocessing.Version)
        {
            throw new ModelFolderException($"The model in '{modelFolder}' was trained on pictures prepared another way (version {manifest.PreprocessingVersion}, this program has {ImagePreprocessing.Version}). Train it again.");
        }
        OnnxSession? session = null;
        try
        {
            session = new(Path.Combine(modelFolder, ModelFolder.OnnxFile), manifest.SidePx, threads);
            var predictor = new ModelPredictor(manifest, session);
            predictor.Probabilities(new float[predictor._preprocessing.Length], 1);
            return predictor;
        }
        catch (Exception error) when (error is OnnxRuntimeException or ArgumentException)
        {
            session?.Dispose();
            throw new ModelFolderException($"The model in '{modelFolder}' cannot be run: its ONNX graph does not fit its manifest. Restore the folder from a backup, or promote another model version.", error);
        }
    }

    /// <summary>Classifies prepared pictures.</summary>
    /// <param name="images">float32 [count, 3, S, S] as <see cref="ImageDecoder"/> makes them; must stay unchanged until the call ends.</param>
    /// <param name="count">Number of pictures.</param>
    /// <returns>Calibrated probabilities float32 [count, C], each row with the sum 1, columns by class index.</returns>
    /// <exception cref="ArgumentException">The length does not fit the count.</exception>
    public float[] Probabilities(ReadOnlyMemory<float> images, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var probabilities = new float[count * Manifest.Classes.Count];
        _session.Run(images, count, OnnxGraphWriter.ProbabilitiesOutput, probabilities);
        return probabilities;
    }

    /// <summary>Decodes and classifies one picture.</summary>
    /// <param name="encodedImage">The picture file's bytes.</param>
    /// <returns>Calibrated probabilities float32 [C] with the sum 1, by class index.</returns>
    /// <exception cref="ImageRefusedException">No picture that can be taken.</exception>
    public float[] Predict(byte[] encodedImage)
    {
        var image = new float[_preprocessing.Length];
        ImageDecoder.DecodeInto(encodedImage, _preprocessing, image);
        return Probabilities(image, 1);
    }

    /// <summary>Frees the network. No call may be running.</summary>
    public void Dispose() => _session.Dispose();
}
