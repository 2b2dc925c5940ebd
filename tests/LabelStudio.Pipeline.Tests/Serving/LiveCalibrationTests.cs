using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Serving;

public sealed class LiveCalibrationTests
{
    public LiveCalibrationTests() => NativeLibraries.Initialize(2);

    [Fact]
    public async Task FitOnHalves_FewLabelsAllTold_DoesNotMakeTheHeadCertain()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [new(1, 0, 0, new byte[8]), new(2, 0, 0, new byte[8])];
        var images = await studio.AddImagesAsync(10);
        Embeddings.Fill(store, images, index => index % 2, noise: 0.2);
        var labels = images.Select((image, index) => (image.Id, classes[index % 2], image.Sha256)).ToList();
        var learned = new LearnedLabels(store);
        learned.AddRange(labels);
        var calibration = new LiveCalibration(store);

        calibration.FitOnHalves(labels, () => false);

        var solution = calibration.Apply(learned.Sums.Solve()!);
        var probabilities = new float[2];
        solution.Probabilities(Embeddings.Draw(0, 99, 0.2), 1, probabilities);
        Assert.InRange(probabilities[0], 0.6, 0.985);
    }

    [Fact]
    public async Task FitOnValidation_AllOfTwentyRight_DoesNotMakeTheHeadCertain()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [new(1, 0, 0, new byte[8]), new(2, 0, 0, new byte[8])];
        var head = new StreamingLdaHead(Embeddings.Size);
        for (var index = 0; index < 20; index++)
        {
            head.Add(classes[index % 2], Embeddings.Draw(index % 2, index, 0.2));
        }
        var solution = head.Solve()!;
        var logits = new float[40];
        int[] targets = [.. Enumerable.Range(0, 20).Select(index => index % 2)];
        solution.Logits(Enumerable.Range(0, 20).SelectMany(index => Embeddings.Draw(index % 2, 100 + index, 0.2)).ToArray(), 20, logits);

        var calibrated = new LiveCalibration(store).FitOnValidation(solution, logits, targets);

        var probabilities = new float[2];
        calibrated.Probabilities(Embeddings.Draw(1, 500, 0.2), 1, probabilities);
        Assert.InRange(probabilities[1], 0.6, 0.985);
    }
}
