using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Promotion;

namespace LabelStudio.Pipeline.Tests.Evaluation;

public sealed class HiddenTestImagesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PredictionsAsync_HiddenCheckAmongTheTestImages_IsLeftOutForAnnotators()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await TrainedStudio.AddLabelledAsync(studio);
        var image = (await studio.AddImagesAsync(1, Split.Test))[0];
        await studio.LabelAsync((image.Id, classes[0]));
        var modelId = await TrainedStudio.TrainAsync(studio, classes, result => result with { Test = result.Test with { ImageIds = [.. result.Test.ImageIds.Select((_, row) => row == 0 ? image.Id : -row)] } });
        await studio.Get<KnownImages>().AddAsync(studio.UserId, studio.ProjectId, image.Id, Token);
        await studio.Get<QualityPlans>().SetAsync(studio.UserId, new QualityPlan { ProjectId = studio.ProjectId, KnownPercent = 10 }, Token);
        var reports = studio.Get<EvaluationReports>();

        var forAnnotator = await reports.PredictionsAsync(await studio.AddUserAsync(StudioRole.Annotator), modelId, Token);
        var forLead = await reports.PredictionsAsync(studio.UserId, modelId, Token);

        Assert.DoesNotContain(forAnnotator, prediction => prediction.ImageId == image.Id);
        Assert.Equal(forAnnotator.Count + 1, forLead.Count);
    }
}
