using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Projects;

namespace LabelStudio.Web.Tests.Pages.Projects;

public sealed class ProjectStepsTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, null, "Upload images")]
    [InlineData(30, 0, 0, 0, null, "Create classes")]
    [InlineData(30, 1, 0, 0, null, "Create classes")]
    [InlineData(30, 2, 19, 0, null, "Label")]
    [InlineData(30, 2, 20, 0, null, "Train")]
    [InlineData(30, 2, 20, 1, null, "Promote")]
    public void Steps_OfAProject_NameTheFirstThatIsNotDone(
        int images, int classes, int labelled, int models, string? production, string next)
    {
        var steps = ProjectSteps.Of(Project(images, classes, labelled, production), [], Models(models));

        Assert.Equal(next, steps.Single(step => step.State == StepState.Next).Title);
    }

    [Fact]
    public void Steps_WithAProductionModel_AreAllDone()
    {
        var steps = ProjectSteps.Of(Project(30, 2, 20, "Model 3"), [], Models(1));

        Assert.All(steps, step => Assert.Equal(StepState.Done, step.State));
        Assert.Equal("Model 3", steps[^1].Figure);
    }

    [Fact]
    public void Steps_LabelsImportedBeforeClassesAreEnough_AskForClassesFirst()
    {
        var steps = ProjectSteps.Of(Project(30, 1, 30, null), [], Models(1));

        Assert.Equal([StepState.Done, StepState.Next, StepState.Later, StepState.Done, StepState.Later], steps.Select(step => step.State));
    }

    internal static ProjectDetails Project(int images, int classes, int labelled, string? production) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = "Parts",
        Description = "",
        Guidelines = "",
        OntologyVersion = 1,
        TrainPercent = 80,
        ValidationPercent = 10,
        TestPercent = 10,
        DefaultOrder = QueueOrder.Uncertain,
        SuggestionSource = SuggestionSource.LiveHead,
        CreatedUtc = DateTime.UnixEpoch,
        IsSample = false,
        ImageCount = images,
        UnlabelledCount = images - labelled,
        LabelledCount = labelled,
        DiscardedCount = 0,
        FlaggedCount = 0,
        ClassCount = classes,
        ProductionModel = production,
        Role = StudioRole.MlLead,
    };

    private static ModelSummary[] Models(int count) =>
    [
        .. Enumerable.Range(1, count).Select(number => new ModelSummary(
            Guid.CreateVersion7(), Guid.Empty, number, null, null, Guid.Empty, "Run", Guid.Empty, DateTime.UnixEpoch, 2, 10, 0.9, 0.9, false, false)),
    ];
}
