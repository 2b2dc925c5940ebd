using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class ReliabilityDiagramTests
{
    [Fact]
    public void Of_FourImagesTwoBins_GivesEquallyManyToEach()
    {
        // Confidences .6 (wrong), .7 (right), .8 (right), .9 (right).
        float[] probabilities = [0.9f, 0.1f, 0.4f, 0.6f, 0.2f, 0.8f, 0.7f, 0.3f];

        var diagram = ReliabilityDiagram.Of([0, 0, 1, 0], probabilities, 2, bins: 2);

        Assert.Equal([2, 2], diagram.Bins.Select(bin => bin.Count));
        Assert.Equal([0.5, 1.0], diagram.Bins.Select(bin => bin.Accuracy));
        Assert.Equal(0.65, diagram.Bins[0].Confidence, 1e-6);
        Assert.Equal(0.85, diagram.Bins[1].Confidence, 1e-6);
        Assert.Equal(((0.65 - 0.5) + (1 - 0.85)) / 2, diagram.CalibrationError, 1e-6);
    }

    [Fact]
    public void Of_EqualConfidences_StayInOneBin()
    {
        float[] probabilities = [.. Enumerable.Repeat(new[] { 0.7f, 0.3f }, 9).SelectMany(row => row), 0.1f, 0.9f];

        var diagram = ReliabilityDiagram.Of([.. Enumerable.Repeat(0, 10)], probabilities, 2, bins: 5);

        Assert.Equal([9, 1], diagram.Bins.Select(bin => bin.Count));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(103)]
    [InlineData(1000)]
    public void Of_DrawnImages_CountsEachOnceInRisingBins(int images)
    {
        var random = new Random(images);
        int[] targets = [.. Enumerable.Range(0, images).Select(_ => random.Next(2))];
        float[] probabilities = [.. targets.SelectMany(_ => { var p = (float)random.NextDouble(); return new[] { p, 1 - p }; })];

        var bins = ReliabilityDiagram.Of(targets, probabilities, 2).Bins;

        Assert.Equal(images, bins.Sum(bin => bin.Count));
        Assert.InRange(bins.Max(bin => bin.Count) - bins.Min(bin => bin.Count), 0, 1);
        Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.True(pair.First.High < pair.Second.Low));
    }

    [Fact]
    public void Of_NoImages_IsEmpty()
    {
        var diagram = ReliabilityDiagram.Of([], [], 3);

        Assert.Empty(diagram.Bins);
        Assert.Equal(0, diagram.CalibrationError);
    }
}
