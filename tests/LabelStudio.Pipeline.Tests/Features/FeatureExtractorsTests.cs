using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Training;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Features;

public sealed class FeatureExtractorsTests
{
    public FeatureExtractorsTests() => NativeLibraries.Initialize(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_WrongDescriptor_IsRefusedWithWhatDoesNotFitAndLeavesNothing()
    {
        await using var studio = await ModelStudio.CreateAsync();
        using var network = TestExtractors.Network();

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<FeatureExtractors>().AddAsync(
            studio.UserId, studio.ProjectId, TestExtractors.Descriptor with { OutputName = "features" }, network, Token));

        Assert.Contains("no output 'features': it has 'embedding'", error.Message, StringComparison.Ordinal);
        Assert.Empty(await studio.Get<FeatureExtractors>().ListAsync(studio.UserId, studio.ProjectId, Token));
        Assert.Empty(Directory.GetFileSystemEntries(studio.Paths.Uploads));
    }

    [Fact]
    public async Task AddAndChoose_WithoutTheRight_AreRefused()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);
        using var network = TestExtractors.Network();
        var extractors = studio.Get<FeatureExtractors>();

        await Assert.ThrowsAsync<AccessDeniedException>(() => extractors.AddAsync(annotator, studio.ProjectId, TestExtractors.Descriptor, network, Token));
        await Assert.ThrowsAsync<AccessDeniedException>(() => extractors.ChooseAsync(annotator, studio.ProjectId, null, Token));
    }

    [Fact]
    public async Task Choose_AnExtractor_ItsEmbeddingsServeTheProjectAndBack()
    {
        await using var studio = await ModelStudio.CreateAsync(services => services.AddSingleton<EmbedderFactory>(provider => source =>
            source.ExtractorId is { } id ? ExtractorEmbedder.Open(provider.GetRequiredService<StudioPaths>().ExtractorFolder(id), 1) : new FakeEmbedder("0a")));
        var images = await studio.AddImagesAsync(8);
        foreach (var (image, index) in images.Select((image, index) => (image, index)))
        {
            var path = studio.Get<BlobStore>().PathOf(image.Sha256, image.Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, TestImages.Png(index), Token);
        }
        await studio.Get<FeatureWorker>().StartAsync(Token);
        await UntilAsync(studio, () => SizeServed(studio) == new FakeEmbedder("0a").EmbeddingSize);

        var id = await AddAsync(studio);
        await studio.Get<FeatureExtractors>().ChooseAsync(studio.UserId, studio.ProjectId, id, Token);
        await UntilAsync(studio, () => SizeServed(studio) == TestExtractors.EmbeddingSize && studio.Get<FeatureWorker>().Progress(studio.ProjectId).IsComplete);

        Assert.All(images, image => Assert.True(studio.Get<EmbeddingStores>().ServingOf(studio.ProjectId)!.Contains(image.Sha256)));
        await studio.Get<FeatureExtractors>().ChooseAsync(studio.UserId, studio.ProjectId, null, Token);
        await UntilAsync(studio, () => SizeServed(studio) != TestExtractors.EmbeddingSize);
        await studio.Get<FeatureWorker>().StopAsync(Token);
    }

    [Fact]
    public async Task Launch_FineTuningOnAnExtractor_IsRefusedAndAHeadIsNot()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var id = await AddAsync(studio);
        await studio.Get<FeatureExtractors>().ChooseAsync(studio.UserId, studio.ProjectId, id, Token);
        var launch = studio.Get<RunLaunch>();

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => launch.LaunchAsync(
            studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Balanced, null, FromPretrained: true), Token));
        await LaunchedRuns.LaunchAsync(studio);

        Assert.Contains("Only a head can be trained on the feature extractor 'Small net'", error.Message, StringComparison.Ordinal);
        Assert.Equal(id, (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))?.ExtractorId);
    }

    [Fact]
    public void BackboneSource_WrittenAndRead_IsTheSame()
    {
        foreach (var source in new[] { BackboneSource.Pretrained, new BackboneSource(Guid.NewGuid()), new BackboneSource(null, Guid.NewGuid()) })
        {
            Assert.Equal(source, BackboneSource.Parse(source.ToString()));
        }
    }

    private static async Task<Guid> AddAsync(ModelStudio studio)
    {
        using var network = TestExtractors.Network();
        return await studio.Get<FeatureExtractors>().AddAsync(studio.UserId, studio.ProjectId, TestExtractors.Descriptor, network, Token);
    }

    private static int? SizeServed(ModelStudio studio) => studio.Get<EmbeddingStores>().ServingOf(studio.ProjectId)?.EmbeddingSize;

    private static async Task UntilAsync(ModelStudio studio, Func<bool> isReached)
    {
        var reached = new TaskCompletionSource();
        using var subscription = studio.Get<ChangeSignals>().Subscribe(studio.ProjectId, ChangeTopic.Embeddings, Check, TimeSpan.Zero);
        await Check();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);

        Task Check()
        {
            if (isReached())
            {
                reached.TrySetResult();
            }
            return Task.CompletedTask;
        }
    }
}
