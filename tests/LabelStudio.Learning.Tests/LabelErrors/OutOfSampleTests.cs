using LabelStudio.Learning.Heads;
using LabelStudio.Learning.LabelErrors;

namespace LabelStudio.Learning.Tests.LabelErrors;

public sealed class OutOfSampleTests
{
    [Fact]
    public void CrossValidate_AsManyFoldsAsImages_JudgesEachByAHeadThatNeverSawIt()
    {
        const int images = 12;
        var (classes, targets, embeddings) = Draw(images, classCount: 3, scatter: 0.5);

        var found = OutOfSample.CrossValidate(classes, targets, image => embeddings[image], DrawnEmbeddings.Size, images, seed: 1, TestContext.Current.CancellationToken);

        for (var left = 0; left < images; left++)
        {
            var head = new StreamingLdaHead(DrawnEmbeddings.Size);
            foreach (var image in Enumerable.Range(0, images).Where(image => image != left))
            {
                head.Add(classes[targets[image]], embeddings[image]);
            }

            var expected = new float[classes.Count];
            var solution = head.Solve()!.WithTemperature(found.Temperature);
            solution.Probabilities(embeddings[left], 1, expected);
            for (var index = 0; index < classes.Count; index++)
            {
                Assert.Equal(expected[solution.Classes.IndexOf(classes[index])], found.Probabilities[(left * classes.Count) + index], 1e-4f);
            }
        }
    }

    [Fact]
    public void CrossValidate_SameSeed_GivesTheSameProbabilities()
    {
        var (classes, targets, embeddings) = Draw(60, classCount: 3, scatter: 0.8);
        float[] Run(int seed) => OutOfSample.CrossValidate(
            classes, targets, image => embeddings[image], DrawnEmbeddings.Size, OutOfSample.DefaultFolds, seed, TestContext.Current.CancellationToken).Probabilities;

        Assert.Equal(Run(7), Run(7));
        Assert.NotEqual(Run(7), Run(8));
    }

    [Fact]
    public void CrossValidate_ClassWithOneImage_GivesItNoProbabilityAndStaysFinite()
    {
        var (classes, targets, embeddings) = Draw(41, classCount: 2, scatter: 0.5);
        targets[40] = 2;
        classes = classes.Append([Guid.NewGuid()]);

        var found = OutOfSample.CrossValidate(
            classes, targets, image => embeddings[image], DrawnEmbeddings.Size, OutOfSample.DefaultFolds, seed: 1, TestContext.Current.CancellationToken);

        Assert.Equal(0, found.Probabilities[(40 * 3) + 2]);
        Assert.All(found.Probabilities, probability => Assert.InRange(probability, 0, 1));
    }

    [Fact]
    public void CrossValidate_Cancelled_Ends()
    {
        var (classes, targets, embeddings) = Draw(10, classCount: 2, scatter: 0.5);

        Assert.Throws<OperationCanceledException>(() => OutOfSample.CrossValidate(
            classes, targets, image => embeddings[image], DrawnEmbeddings.Size, 2, seed: 1, new CancellationToken(canceled: true)));
    }

    internal static (ClassIndexMap Classes, int[] Targets, float[][] Embeddings) Draw(int images, int classCount, double scatter) => (
        ClassIndexMap.Of(Enumerable.Range(0, classCount).Select(_ => Guid.NewGuid())),
        [.. Enumerable.Range(0, images).Select(image => image % classCount)],
        DrawnEmbeddings.Draw(images, classCount, scatter, seed: 5));
}
