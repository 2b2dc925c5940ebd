using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Features;

public sealed class FeatureWorkerTests
{
    // The smallest PNG: one white pixel.
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==");

    public FeatureWorkerTests() => NativeLibraries.Initialize(1);

    [Fact]
    public async Task Worker_ImagesWithoutEmbedding_EmbedsAllAndRefusesTheBad()
    {
        await using var studio = await ModelStudio.CreateAsync(UseFake);
        var images = await studio.AddImagesAsync(20);
        await WriteFilesAsync(studio, images, bad: images[7].Id);

        await RunUntilCompleteAsync(studio);

        var progress = studio.Get<FeatureWorker>().Progress(studio.ProjectId);
        Assert.Equal((19, 20, 1), (progress.Done, progress.Total, progress.Refused));
        var store = studio.Get<EmbeddingStores>().Pretrained!;
        Assert.True(store.TryGet(images[0].Sha256, out var embedding));
        Assert.Equal(2f, embedding.Span[1]);
        Assert.True(store.IsRefused(images[7].Sha256));
    }

    [Fact]
    public async Task Worker_AfterRestart_ComputesOnlyWhatIsMissing()
    {
        var embedder = new FakeEmbedder();
        await using var studio = await ModelStudio.CreateAsync(services => services.AddSingleton<EmbedderFactory>(_ => embedder));
        await WriteFilesAsync(studio, await studio.AddImagesAsync(5), bad: 0);
        await RunUntilCompleteAsync(studio);

        await studio.RestartAsync();
        await WriteFilesAsync(studio, await studio.AddImagesAsync(3), bad: 0);
        await RunUntilCompleteAsync(studio);

        Assert.Equal(8, embedder.Images);
        Assert.Equal(8, studio.Get<FeatureWorker>().Progress(studio.ProjectId).Done);
    }

    [Fact]
    public async Task Worker_ImagesAddedWhileRunning_AreEmbeddedToo()
    {
        await using var studio = await ModelStudio.CreateAsync(UseFake);
        var worker = studio.Get<FeatureWorker>();
        await worker.StartAsync(TestContext.Current.CancellationToken);

        var images = await studio.AddImagesAsync(4);
        await WriteFilesAsync(studio, images, bad: 0);
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Images);
        await ProgressAsync(studio, progress => progress is { Total: 4, IsComplete: true });

        await worker.StopAsync(TestContext.Current.CancellationToken);
    }

    private static void UseFake(IServiceCollection services) => services.AddSingleton<EmbedderFactory>(_ => new FakeEmbedder());

    private static async Task WriteFilesAsync(ModelStudio studio, ImageRecord[] images, long bad)
    {
        foreach (var image in images)
        {
            var path = studio.Get<BlobStore>().PathOf(image.Sha256, image.Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, image.Id == bad ? [1, 2, 3] : Png);
        }
    }

    private static async Task RunUntilCompleteAsync(ModelStudio studio)
    {
        var worker = studio.Get<FeatureWorker>();
        await worker.StartAsync(TestContext.Current.CancellationToken);
        await ProgressAsync(studio, progress => progress is { Total: > 0, IsComplete: true });
        await worker.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ProgressAsync(ModelStudio studio, Func<FeatureProgress, bool> isReached)
    {
        var reached = new TaskCompletionSource();
        using var subscription = studio.Get<ChangeSignals>().Subscribe(studio.ProjectId, ChangeTopic.Embeddings, Check, TimeSpan.Zero);
        await Check();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Task Check()
        {
            if (isReached(studio.Get<FeatureWorker>().Progress(studio.ProjectId)))
            {
                reached.TrySetResult();
            }
            return Task.CompletedTask;
        }
    }
}
