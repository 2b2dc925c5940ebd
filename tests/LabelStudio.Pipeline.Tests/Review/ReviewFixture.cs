using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Review;

/// <summary>A project of three classes with embeddings; labels as the pictures are, but for those that a test plants.</summary>
internal sealed class ReviewFixture : IAsyncDisposable
{
    public const int Kinds = 3;

    private ReviewFixture(ModelStudio studio, Guid[] classes) => (Studio, Classes) = (studio, classes);

    public ModelStudio Studio { get; }

    public Guid[] Classes { get; }

    public ImageRecord[] Images { get; private set; } = [];

    public static async Task<ReviewFixture> StartAsync(int images)
    {
        var studio = await ModelStudio.CreateAsync(AddStages);
        Guid[] classes = [await studio.AddClassAsync("owl"), await studio.AddClassAsync("robin"), await studio.AddClassAsync("wren")];
        var fixture = new ReviewFixture(studio, classes);
        if (images > 0)
        {
            fixture.Images = await studio.AddImagesAsync(images);
            fixture.OpenEmbeddings();
        }

        return fixture;
    }

    public T Get<T>()
        where T : notnull => Studio.Get<T>();

    public void OpenEmbeddings() => Embeddings.Fill(Embeddings.OpenStore(Studio), Images, KindOf);

    public static int KindOf(int image) => image % Kinds;

    /// <summary>Labels every image with its kind's class, the planted ones with another's.</summary>
    public Task LabelAllAsync(params int[] planted) => Studio.LabelAsync(
    [
        .. Images.Select((image, index) => (image.Id, (Guid?)Classes[(KindOf(index) + (planted.Contains(index) ? 1 : 0)) % Kinds])),
    ]);

    /// <summary>Archives a class, or leaves it out of training; its images keep their label.</summary>
    public async Task TakeOutAsync(Guid classId, bool isArchived)
    {
        await using var db = Studio.Open();
        var item = await db.Classes.SingleAsync(item => item.Id == classId);
        (item.IsArchived, item.IsLeftOutOfTraining) = (isArchived, !isArchived);
        await db.SaveChangesAsync();
    }

    public async Task<ImageRecord> ImageAsync(long imageId)
    {
        await using var db = Studio.Open();
        return await db.Images.AsNoTracking().SingleAsync(image => image.Id == imageId);
    }

    public ValueTask DisposeAsync() => Studio.DisposeAsync();

    private static void AddStages(IServiceCollection services) => services
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddTraining()
        .AddEvaluation()
        .AddPromotion()
        .AddReview();
}
