using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Packs what a run has made into a model folder: weights, ONNX graph, manifest and test results.</summary>
public static class ModelPackage
{
    /// <summary>Evaluates and writes. The folder is there whole or not at all.</summary>
    /// <exception cref="ModelFolderException">ONNX Runtime and TorchSharp disagree about the model.</exception>
    public static void Write(string folder, RunResult result, DateTime createdUtc)
    {
        ArgumentNullException.ThrowIfNull(result);
        var outcome = TestEvaluation.Evaluate(result);
        var manifest = new ModelManifest
        {
            ModelId = result.Assignment.ModelId,
            ParentModelId = result.Assignment.ParentModelId,
            DatasetSnapshotId = result.Assignment.DatasetSnapshotId,
            RunId = result.Assignment.RunId,
            CreatedUtc = createdUtc,
            Backbone = result.Extractor is { } folderOf ? ExtractorFolder.Read(folderOf).Name : result.Descriptor.Name,
            Classes = result.Classes,
            SidePx = result.SidePx,
            PreprocessingVersion = ImagePreprocessing.Version,
            Plan = result.Assignment.Plan,
            InsteadOfPlan = result.InsteadOfPlan,
            Environment = result.Environment,
            LeftOutClassIds = [.. result.Assignment.LeftOut.Select(item => item.Id)],
            Temperature = result.Temperature,
            Test = outcome.Report.Metrics,
            WeightsHash = result.Extractor is { } hashed ? ExtractorFolder.Hash(hashed) : result.Descriptor.WeightsHash(result.Backbone),
            BackboneIsPretrained = result.BackboneIsPretrained,
        };
        ModelFolder.Write(folder, manifest, result.Backbone.Tensors, result.Head, path =>
        {
            WriteGraph(result, path);
            // Beside the graph, so that the manifest's hashes cover the test results too.
            EvaluationFiles.Write(Path.GetDirectoryName(path)!, outcome.Report, outcome.Predictions, outcome.Probabilities, outcome.Validation);
        }, result.ClosedForm);
    }

    private static void WriteGraph(RunResult result, string path)
    {
        var names = result.Classes.Select(item => item.Name).ToArray();
        if (result.Extractor is { } extractor)
        {
            // The model stands alone: whoever goes on from it, or deletes the extractor, needs nothing else.
            ExtractorFolder.Copy(extractor, Path.GetDirectoryName(path)!);
            ExtractorClassifier.Write(extractor, result.Head, names, result.Temperature, path);
            EngineParity.DemandOfExtractor(extractor, result.Head, result.Temperature, path);
            return;
        }
        OnnxGraphWriter.WriteClassifier(result.Descriptor, result.Backbone, result.Head, names, result.Temperature, result.SidePx, path);
        EngineParity.Demand(result.Descriptor, result.Backbone, result.Head, result.Temperature, result.SidePx, path);
    }
}
