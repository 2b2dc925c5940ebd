using LabelStudio.Learning.Duplicates;
using LabelStudio.Learning.Tests.LabelErrors;

namespace LabelStudio.Learning.Tests.Duplicates;

public sealed class OutliersTests
{
    [Fact]
    public void Scores_ImageAmongAnotherGroup_StandsOut()
    {
        const int images = 120, classes = 3;
        var embeddings = DrawnEmbeddings.Draw(images, classes, scatter: 0.3, seed: 4);
        var groups = Enumerable.Range(0, images).Select(image => image % classes).ToArray();
        groups[50] = (groups[50] + 1) % classes;

        var scores = Outliers.Scores(groups, image => embeddings[image], Outliers.DefaultNeighbours, seed: 1, TestContext.Current.CancellationToken);

        Assert.Equal(50, Array.IndexOf(scores, scores.Max()));
        Assert.All(scores, score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    public void Scores_ImageAloneInItsGroup_IsNoOutlier()
    {
        float[][] embeddings = [[1, 0], [0, 1], [0.1f, 1]];

        var scores = Outliers.Scores([0, 1, 1], image => embeddings[image], neighbours: 1, seed: 1, TestContext.Current.CancellationToken);

        Assert.Equal(0, scores[0]);
        Assert.Equal(scores[1], scores[2], 1e-9);
    }
}
