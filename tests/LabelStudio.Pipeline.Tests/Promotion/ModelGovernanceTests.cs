using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using static LabelStudio.Pipeline.Tests.Promotion.TrainedStudio;

namespace LabelStudio.Pipeline.Tests.Promotion;

/// <summary>Gate rules of a project, the alias "candidate", and deleting models.</summary>
public sealed class ModelGovernanceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gate_RulesOfTheProject_DecideAndAreKeptWithTheirAuthor()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var (registry, rules) = (studio.Get<ModelRegistry>(), studio.Get<ProjectGateRules>());
        await registry.PromoteAsync(studio.UserId, await TrainAsync(studio, classes), null, Token);
        var worse = await TrainAsync(studio, classes, result => result with { Test = result.Test with { Probabilities = Flipped(result.Test.Probabilities) } });

        Assert.Contains((await registry.GateAsync(studio.UserId, worse, Token)).Reasons, reason => reason.StartsWith("The old classes lose", StringComparison.Ordinal));
        await rules.SetAsync(studio.UserId, studio.ProjectId, new GateRules(MaxClassDrop: 1, MaxForgetting: null, KeepsMacroF1: false, FewestTestImages: 5), Token);

        Assert.True((await registry.GateAsync(studio.UserId, worse, Token)).Allowed);
        var change = Assert.Single(await rules.HistoryAsync(studio.UserId, studio.ProjectId, Token));
        Assert.Equal(1, change.Rules.MaxClassDrop);
        await Assert.ThrowsAsync<InvalidRequestException>(() => rules.SetAsync(studio.UserId, studio.ProjectId, change.Rules with { MaxClassDrop = 2 }, Token));
    }

    [Fact]
    public async Task Candidate_IsTheNewestUntilPointedElsewhere_AndNobodyOncePromoted()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var registry = studio.Get<ModelRegistry>();
        var first = await TrainAsync(studio, classes);
        var second = await TrainAsync(studio, classes);
        Assert.Equal(second, await CandidateAsync(studio));

        await studio.Get<ModelAliases>().MakeCandidateAsync(studio.UserId, first, Token);
        Assert.Equal(first, await CandidateAsync(studio));
        await registry.PromoteAsync(studio.UserId, first, null, Token);

        Assert.Null(await CandidateAsync(studio));
        await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<ModelAliases>().MakeCandidateAsync(studio.UserId, first, Token));
    }

    [Fact]
    public async Task Delete_PublishedOrParentOfIt_IsRefused_AnotherGoesForGood()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var (registry, deletion) = (studio.Get<ModelRegistry>(), studio.Get<ModelDeletion>());
        var parent = await TrainAsync(studio, classes);
        await registry.PromoteAsync(studio.UserId, parent, null, Token);
        var live = await TrainAsync(studio, classes);
        await registry.PromoteAsync(studio.UserId, live, "A trial", Token);
        var surplus = await TrainAsync(studio, classes);

        Assert.Contains("in production", (await RefusedAsync(live)).Message, StringComparison.Ordinal);
        Assert.Contains("was trained from it", (await RefusedAsync(parent)).Message, StringComparison.Ordinal);
        Assert.Contains((await deletion.LookAsync(studio.UserId, surplus, Token)).Losses, loss => loss.Contains("candidate", StringComparison.Ordinal));
        await studio.Get<ModelAliases>().MakeCandidateAsync(studio.UserId, surplus, Token);
        await deletion.DeleteAsync(studio.UserId, surplus, Token);

        var history = await studio.Get<ModelHistory>().ListAsync(studio.UserId, studio.ProjectId, Token);
        Assert.Equal(
            [(ModelActKind.Deleted, "Model 3"), (ModelActKind.MadeCandidate, "Model 3"), (ModelActKind.Promoted, "Model 2"), (ModelActKind.Promoted, "Model 1")],
            history.Select(entry => (entry.Kind, entry.ModelName!)));
        Assert.All(history, entry => Assert.Equal(history[0].UserName, entry.UserName));
        Assert.NotEmpty(history[0].UserName);
        Assert.Equal([live, parent], (await registry.ListAsync(studio.UserId, studio.ProjectId, Token)).Select(model => model.Id));
        Assert.False(Directory.Exists(studio.Paths.ModelFolder(surplus)));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Get<PredictionService>().PredictWithAsync(studio.UserId, surplus, TestImages.Png(1), 1, Token));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Get<EvaluationReports>().GetAsync(studio.UserId, surplus, Token));
        Assert.Equal(4, (await registry.GetAsync(studio.UserId, await TrainAsync(studio, classes), Token)).Number);

        async Task<ConflictException> RefusedAsync(Guid model) => await Assert.ThrowsAsync<ConflictException>(() => deletion.DeleteAsync(studio.UserId, model, Token));
    }

    [Fact]
    public async Task Gate_ModelFromPretrainedWeights_IsHeldAgainstThePromotedOneOnTheSameTestImages()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var registry = studio.Get<ModelRegistry>();
        var promoted = await TrainAsync(studio, classes);
        await registry.PromoteAsync(studio.UserId, promoted, null, Token);

        var rebuilt = await TrainAsync(studio, classes, fromPretrained: true);

        Assert.Null((await registry.GetAsync(studio.UserId, rebuilt, Token)).ParentId);
        var comparison = (await studio.Get<EvaluationReports>().GetAsync(studio.UserId, rebuilt, Token)).Comparison!;
        Assert.Equal((promoted, false, 2), (comparison.ParentModelId, comparison.IsParent, comparison.OldClasses.Count));
        Assert.Contains((await registry.GateAsync(studio.UserId, rebuilt, Token)).Reasons, reason => reason.Contains("on the same test images", StringComparison.Ordinal));
    }

    private static async Task<Guid?> CandidateAsync(ModelStudio studio) =>
        (await studio.Get<ModelRegistry>().ListAsync(studio.UserId, studio.ProjectId, Token)).SingleOrDefault(model => model.IsCandidate)?.Id;
}
