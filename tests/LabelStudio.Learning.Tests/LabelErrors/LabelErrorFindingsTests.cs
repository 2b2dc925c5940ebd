using LabelStudio.Learning.LabelErrors;

namespace LabelStudio.Learning.Tests.LabelErrors;

public sealed class LabelErrorFindingsTests
{
    private const int Images = 400, Classes = 4;

    [Fact]
    public void Of_PlantedErrors_PutsThemFirstWithTheTrueClassSuggested()
    {
        var (classes, truth, embeddings) = OutOfSampleTests.Draw(Images, Classes, scatter: 0.3);
        var given = truth.ToArray();
        var planted = Enumerable.Range(0, 20).Select(step => step * 17).ToArray();
        foreach (var image in planted)
        {
            given[image] = (truth[image] + 1 + (image % (Classes - 1))) % Classes;
        }

        var outOfSample = OutOfSample.CrossValidate(
            classes, given, image => embeddings[image], DrawnEmbeddings.Size, OutOfSample.DefaultFolds, seed: 3, TestContext.Current.CancellationToken);
        var findings = LabelErrorFindings.Of(given, outOfSample.Probabilities, Classes, LabelErrorFindings.DefaultLeastImages);

        var found = findings.Candidates.Take(planted.Length).Where(candidate => planted.Contains(candidate.Image)).ToArray();
        Assert.InRange(found.Length, planted.Length * 9 / 10, planted.Length);
        Assert.All(found, candidate => Assert.Equal(truth[candidate.Image], candidate.Suggested));
        Assert.Equal(findings.Candidates.Select(candidate => candidate.GivenProbability).Order(), findings.Candidates.Select(candidate => candidate.GivenProbability));
        Assert.Empty(findings.TooFewToJudge);
    }

    [Fact]
    public void Of_ClassWithFewImages_IsNotJudged()
    {
        // Class 1 has 2 images: one that looks like class 0, and an image of class 0 looks like it.
        int[] given = [0, 0, 0, 0, 1, 1];
        float[] probabilities = [0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.05f, 0.95f, 0.95f, 0.05f, 0.1f, 0.9f];

        var judged = LabelErrorFindings.Of(given, probabilities, 2, leastImages: 1);
        var findings = LabelErrorFindings.Of(given, probabilities, 2, leastImages: 3);

        Assert.Equal([3, 4], judged.Candidates.Select(candidate => candidate.Image).Order());
        Assert.Empty(findings.Candidates);
        Assert.Equal([1], findings.TooFewToJudge);
    }
}
