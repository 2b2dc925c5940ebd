using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using static LabelStudio.Pipeline.Tests.Promotion.TrainedStudio;

namespace LabelStudio.Pipeline.Tests.Serving;

public sealed class ExplanationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Of two classes what speaks for one speaks against the other: no place can be warm for both.</summary>
    [Fact]
    public async Task Explain_TwoClasses_MapsSpanThePictureAndExcludeEachOther()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var modelId = await TrainAsync(studio, classes);
        var explanations = studio.Get<Explanations>();

        var first = await explanations.ExplainAsync(studio.UserId, modelId, TestImages.Png(1), classes[0], Token);
        var second = await explanations.ExplainAsync(studio.UserId, modelId, TestImages.Png(1), classes[1], Token);

        var side = ModelFolder.Read(studio.Paths.ModelFolder(modelId)).SidePx / 32;
        Assert.Equal((side, side * side), (first.Side, first.Values.Count));
        Assert.All(first.Values.Zip(second.Values), pair => Assert.Equal(0, Math.Min(pair.First, pair.Second), 1e-4));
        Assert.Equal(1, Math.Max(first.Values.Max(), second.Values.Max()), 1e-6);
        await Assert.ThrowsAsync<InvalidRequestException>(() => explanations.ExplainAsync(studio.UserId, modelId, TestImages.Png(1), Guid.NewGuid(), Token));
    }
}
