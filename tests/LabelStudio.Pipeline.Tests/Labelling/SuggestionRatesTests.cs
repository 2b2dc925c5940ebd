using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class SuggestionRatesTests
{
    [Fact]
    public async Task ListAsync_CountsWhatWasTakenForEachSource()
    {
        await using var lab = await LabellingFixture.StartAsync();

        await lab.DecideAsync(Suggested(0, lab.Owl, "Model 3"));
        await lab.DecideAsync(Suggested(1, lab.Robin, "Model 3"));
        await lab.DecideAsync(Suggested(2, lab.Owl, "live head"));
        await lab.LabelAsync(lab.Images[3], lab.Robin);

        Assert.Equal(
            [new SuggestionRate("Model 3", 2, 1), new SuggestionRate("live head", 1, 1)],
            await lab.Studio.Get<SuggestionRates>().ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None));

        Decision Suggested(int image, Guid classId, string source) => new(
            Guid.NewGuid(), lab.Images[image], AnnotationKind.Label, classId, 0, lab.Owl, 0.8, source);
    }
}
