using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Promotion;

public sealed class ExtractorDeletionTests
{
    public ExtractorDeletionTests() => NativeLibraries.Initialize(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delete_NothingUsesIt_IsGone()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var id = await AddAsync(studio);

        await studio.Get<ExtractorDeletion>().DeleteAsync(studio.UserId, studio.ProjectId, id, Token);

        Assert.Empty(await studio.Get<FeatureExtractors>().ListAsync(studio.UserId, studio.ProjectId, Token));
        Assert.False(Directory.Exists(studio.Paths.ExtractorFolder(id)));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Get<ExtractorDeletion>().DeleteAsync(studio.UserId, studio.ProjectId, id, Token));
        await Assert.ThrowsAsync<NotFoundException>(() => studio.Get<FeatureExtractors>().ChooseAsync(studio.UserId, studio.ProjectId, id, Token));
    }

    [Fact]
    public async Task Delete_WithoutTheRight_IsRefused()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var id = await AddAsync(studio);
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => studio.Get<ExtractorDeletion>().DeleteAsync(annotator, studio.ProjectId, id, Token));
    }

    [Fact]
    public async Task Delete_InUse_NamesProjectRunAndModel()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var id = await AddAsync(studio);
        await LaunchedRuns.AddLabelledAsync(studio);
        await studio.Get<FeatureExtractors>().ChooseAsync(studio.UserId, studio.ProjectId, id, Token);
        var preflight = await studio.Get<RunLaunch>().PreflightAsync(studio.UserId, studio.ProjectId, null, null, Token);
        await LaunchedRuns.LaunchAsync(studio);
        await AddModelOnAsync(studio, id);

        var error = await Assert.ThrowsAsync<ConflictException>(() => studio.Get<ExtractorDeletion>().DeleteAsync(studio.UserId, studio.ProjectId, id, Token));

        Assert.Contains("These projects see their images through it", error.Message, StringComparison.Ordinal);
        Assert.Contains("may still go on: Run 1.", error.Message, StringComparison.Ordinal);
        Assert.Contains("These models were trained on it: Model 7 of", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(studio.Paths.ExtractorFolder(id)));
        // The launch form asks the same: no start opens a frozen network to training while the project uses it.
        Assert.Contains("'Small net'", preflight.WhyHeadOnly(fromPretrained: true), StringComparison.Ordinal);
        Assert.NotNull(preflight.WhyHeadOnly(fromPretrained: false));
    }

    [Fact]
    public void WhyHeadOnly_OnlyThePromotedModelIsFrozen_AStartAnewIsFree()
    {
        var preflight = new Preflight([], Guid.NewGuid(), "Model 1", 0, [], null) { FrozenExtractor = "Small net" };

        Assert.NotNull(preflight.WhyHeadOnly(fromPretrained: false));
        Assert.Null(preflight.WhyHeadOnly(fromPretrained: true));
    }

    private static async Task<Guid> AddAsync(ModelStudio studio)
    {
        using var network = TestExtractors.Network();
        return await studio.Get<FeatureExtractors>().AddAsync(studio.UserId, studio.ProjectId, TestExtractors.Descriptor, network, Token);
    }

    /// <summary>A model version that carries the extractor; nothing else of it is looked at.</summary>
    private static async Task AddModelOnAsync(ModelStudio studio, Guid extractorId)
    {
        var modelId = Guid.CreateVersion7();
        var folder = Directory.CreateDirectory(studio.Paths.ModelFolder(modelId)).FullName;
        ExtractorFolder.Copy(studio.Paths.ExtractorFolder(extractorId), folder);
        await using var db = studio.Open();
        var run = db.TrainingRuns.Single();
        db.ModelVersions.Add(new ModelVersion
        {
            Id = modelId,
            ProjectId = studio.ProjectId,
            Number = 7,
            RunId = run.Id,
            DatasetSnapshotId = run.DatasetSnapshotId,
            CreatedUtc = DateTime.UnixEpoch,
            ClassCount = 2,
            TestCount = 0,
        });
        await db.SaveChangesAsync(Token);
    }
}
