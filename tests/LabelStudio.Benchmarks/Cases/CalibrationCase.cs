using System.Globalization;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Tests;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>How far a fine-tuned model's and the live head's probabilities can be believed, before and after their temperature.</summary>
internal sealed class CalibrationCase : IBenchmarkCase
{
    public string Name => "calibration";

    public string Purpose => "calibration error of a fine-tuned model and of the live head, before and after one temperature; reliability";

    public IReadOnlyList<BenchmarkOption> Options => StudyOptions.All;

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        NativeLibraries.Initialize(options.Number("threads", Environment.ProcessorCount));
        var plan = PlanOptions.Read(options);
        using var study = StudyOptions.Read(options, stop);
        var classes = study.ClassNames.Count;
        var map = FineTuneStudy.Classes(classes);
        var model = study.Fit(plan, study.Pretrained, LinearHead.Zero(map, FineTuneStudy.Descriptor.EmbeddingSize), _ => true, _ => { });
        var (validation, test) = (study.Embed(model.Backbone, study.Validation, plan.SidePx), study.Embed(model.Backbone, study.Test, plan.SidePx));
        var logits = new float[validation.Count * classes];
        model.Head.Logits(validation.Embeddings, validation.Count, logits);
        var temperature = TemperatureScaling.Fit(logits, classes, validation.Targets);
        var before = FineTuneStudy.Probabilities(model.Head, test);
        var after = FineTuneStudy.Probabilities(model.Head, test, temperature);
        Reliability(log, "fine-tuned, after its temperature", test.Targets, after, classes);

        var train = study.Embed(study.Pretrained, study.Train, plan.SidePx);
        var frozenTest = study.Embed(study.Pretrained, study.Test, plan.SidePx);
        var frozenValidation = study.Embed(study.Pretrained, study.Validation, plan.SidePx);
        var solution = FineTuneStudy.Solve(train, map);
        var liveLogits = new float[frozenValidation.Count * classes];
        solution.Logits(frozenValidation.Embeddings, frozenValidation.Count, liveLogits);
        var liveTemperature = TemperatureScaling.Fit(liveLogits, classes, frozenValidation.Targets);
        var raw = FineTuneStudy.Probabilities(solution.WithTemperature(1), frozenTest);
        var usual = FineTuneStudy.Probabilities(solution, frozenTest);
        var fitted = FineTuneStudy.Probabilities(solution.WithTemperature(liveTemperature), frozenTest);
        Reliability(log, "live head, after its temperature", frozenTest.Targets, fitted, classes);
        return Task.FromResult(new Figures()
            .Add("side_px", (long)plan.SidePx)
            .Add("validation_images", (long)validation.Count)
            .Add("test_images", (long)test.Count)
            .Add("temperature_ratio", temperature)
            .Add("calibration_error_before_share", Error(test.Targets, before, classes))
            .Add("calibration_error_after_share", Error(test.Targets, after, classes))
            .Add("live_temperature_ratio", liveTemperature)
            .Add("live_usual_temperature_ratio", solution.Temperature)
            .Add("live_calibration_error_before_share", Error(frozenTest.Targets, raw, classes))
            .Add("live_calibration_error_usual_share", Error(frozenTest.Targets, usual, classes))
            .Add("live_calibration_error_after_share", Error(frozenTest.Targets, fitted, classes)));
    }

    private static double Error(int[] targets, float[] probabilities, int classes) =>
        ModelEvaluation.Compute(targets, probabilities, classes).ExpectedCalibrationError;

    private static void Reliability(TextWriter log, string what, int[] targets, float[] probabilities, int classes)
    {
        log.WriteLine($"{what}: images, promised, kept");
        foreach (var bin in ReliabilityDiagram.Of(targets, probabilities, classes).Bins)
        {
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bin.Count,6} {bin.Confidence:F3} {bin.Accuracy:F3}"));
        }
    }
}
