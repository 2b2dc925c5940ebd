using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Serving;

public sealed class LiveHeadsTests
{
    public LiveHeadsTests() => NativeLibraries.Initialize(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_AnyOrderOfChanges_EqualsAHeadRebuiltFromScratch()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Ankle boot"), await studio.AddClassAsync("Sandal"), await studio.AddClassAsync("Sneaker")];
        var images = await studio.AddImagesAsync(90);
        Embeddings.Fill(store, images, index => index % 3, noise: 1);
        var heads = await StartAsync(studio);
        var random = new Random(7);
        for (var round = 0; round < 30; round++)
        {
            var changes = Enumerable.Range(0, 8).Select(_ => images[random.Next(90)].Id).Distinct()
                .Select(imageId => (imageId, random.Next(5) == 0 ? null : (Guid?)classes[random.Next(3)])).ToArray();
            await studio.LabelAsync(changes);
            await heads.CatchUpAsync(studio.ProjectId, Token);
        }
        var incremental = heads.SolutionOf(studio.ProjectId)!;
        var learned = heads.Status(studio.ProjectId).LabelsLearned;
        await heads.StopAsync(Token);

        await studio.RestartAsync();
        Embeddings.OpenStore(studio);
        var rebuilt = await StartAsync(studio);
        await rebuilt.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal(learned, rebuilt.Status(studio.ProjectId).LabelsLearned);
        AssertEqual(rebuilt.SolutionOf(studio.ProjectId)!, incremental);
        await rebuilt.StopAsync(Token);
    }

    [Fact]
    public async Task Update_AfterALabel_PublishesAnOrderOfAllUnlabelledImages()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(60);
        Embeddings.Fill(store, images, index => index % 2);
        var heads = await StartAsync(studio);
        await studio.LabelAsync([.. images.Take(30).Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);

        await heads.CatchUpAsync(studio.ProjectId, Token);

        var order = studio.Get<LabellingPriorities>().Current(studio.ProjectId)!;
        Assert.Equal(images.Skip(30).Select(image => image.Id).Order(), order.Order());
        Assert.Equal(30, heads.Status(studio.ProjectId).LabelsLearned);
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Order_OneImageBetweenTheClasses_ComesFirst()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(61);
        Embeddings.Fill(store, images[..60], index => index % 2);
        var (cup, plate) = (Embeddings.Draw(0, 1, 0), Embeddings.Draw(1, 1, 0));
        store.Append(images[60].Sha256, [.. cup.Zip(plate, (a, b) => (a + b) / 2)]);
        var heads = await StartAsync(studio);
        await studio.LabelAsync([.. images.Take(30).Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);

        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal(images[60].Id, studio.Get<LabellingPriorities>().Current(studio.ProjectId)![0]);
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Order_BeforeAnyLabel_BeginsWithOneImageOfEachKind()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        var images = await studio.AddImagesAsync(200);
        Embeddings.Fill(store, images, index => index / 10, noise: 0.05);
        var heads = await StartAsync(studio);

        await heads.CatchUpAsync(studio.ProjectId, Token);

        var first = studio.Get<LabellingPriorities>().Current(studio.ProjectId)!.Take(20).ToArray();
        var kinds = first.Select(imageId => Array.FindIndex(images, image => image.Id == imageId) / 10).Distinct().Count();
        Assert.True(kinds >= 17, $"The first 20 images show {kinds} of 20 kinds.");
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Order_HeldOutImages_AreMixedInByTheirShare()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var train = await studio.AddImagesAsync(120);
        var test = await studio.AddImagesAsync(20, Split.Test);
        Embeddings.Fill(store, train, index => index % 2);
        Embeddings.Fill(store, test, index => index % 2);
        var heads = await StartAsync(studio);
        await studio.LabelAsync([.. train.Take(40).Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);

        await heads.CatchUpAsync(studio.ProjectId, Token);

        var firstHalf = studio.Get<LabellingPriorities>().Current(studio.ProjectId)!.Take(50);
        Assert.InRange(firstHalf.Count(imageId => test.Any(image => image.Id == imageId)), 9, 11);
        await heads.StopAsync(Token);
    }

    [Theory]
    [InlineData(QueueOrder.LeastConfident)]
    [InlineData(QueueOrder.Entropy)]
    [InlineData(QueueOrder.Mixed)]
    [InlineData(QueueOrder.ClassBalanced)]
    [InlineData(QueueOrder.Diverse)]
    public async Task Order_AskedFor_IsComputedForAllImagesAndTheSameEachTime(QueueOrder order)
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(61);
        Embeddings.Fill(store, images[..60], index => index % 2);
        var (cup, plate) = (Embeddings.Draw(0, 1, 0), Embeddings.Draw(1, 1, 0));
        store.Append(images[60].Sha256, [.. cup.Zip(plate, (a, b) => (a + b) / 2)]);
        var (heads, priorities) = (await StartAsync(studio), studio.Get<LabellingPriorities>());
        await studio.LabelAsync([.. images.Take(30).Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        Assert.Null(priorities.Current(studio.ProjectId, order));

        var meanwhile = priorities.Follow(studio.ProjectId, order);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        var ordered = priorities.Follow(studio.ProjectId, order)!;
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal(31, meanwhile!.Length);
        Assert.Equal(images.Skip(30).Select(image => image.Id).Order(), ordered.Order());
        Assert.Equal(ordered, priorities.Current(studio.ProjectId, order));
        if (order is QueueOrder.LeastConfident or QueueOrder.Entropy or QueueOrder.Mixed)
        {
            Assert.Equal(images[60].Id, ordered[0]);
        }
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Update_TestAndValidationLabels_AreNotLearned()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var train = await studio.AddImagesAsync(20);
        var validation = await studio.AddImagesAsync(30, Split.Validation);
        var test = await studio.AddImagesAsync(10, Split.Test);
        foreach (var images in new[] { train, validation, test })
        {
            Embeddings.Fill(store, images, index => index % 2);
        }
        var heads = await StartAsync(studio);
        await studio.LabelAsync([.. train.Concat(validation).Concat(test).Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);

        await heads.CatchUpAsync(studio.ProjectId, Token);

        var status = heads.Status(studio.ProjectId);
        Assert.Equal((20, 2, 30), (status.LabelsLearned, status.ClassCount, status.ValidationCount));
        Assert.True(status.ValidationAccuracy > 0.9);
        Assert.NotEqual(LdaSolution.UsualTemperature(imagesPerClass: 10), heads.SolutionOf(studio.ProjectId)!.Temperature);
        await heads.StopAsync(Token);
    }

    /// <summary>A class that has just joined others with many images is suggested after its first three.</summary>
    [Fact]
    public async Task Update_NewClassOfThreeImages_IsSuggestedForItsOthersAndForNoneElse()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate"), await studio.AddClassAsync("Jug")];
        var images = await studio.AddImagesAsync(120);
        Embeddings.Fill(store, images, index => index % 3);
        var heads = await StartAsync(studio);
        var jugs = images.Where((_, index) => index % 3 == 2).ToArray();
        var others = images.Except(jugs).ToArray();
        await studio.LabelAsync([.. others.Take(50).Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        Assert.Equal(2, heads.Status(studio.ProjectId).ClassCount);

        await studio.LabelAsync([.. jugs.Take(3).Select(image => (image.Id, (Guid?)classes[2]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        var unlabelled = jugs.Skip(3).Concat(others.Skip(50)).Select(image => image.Id).ToArray();
        var suggested = await studio.Get<SuggestionService>().SuggestAsync(studio.UserId, studio.ProjectId, unlabelled, Token);
        Assert.Equal(
            jugs.Skip(3).Select(image => image.Id),
            suggested.Where(suggestion => suggestion.Scores[0].ClassId == classes[2]).Select(suggestion => suggestion.ImageId));
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Update_EmbeddingComesAfterTheLabel_LearnsItThen()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        var classId = await studio.AddClassAsync("Cup");
        var images = await studio.AddImagesAsync(3);
        var heads = await StartAsync(studio);
        await studio.LabelAsync((images[0].Id, classId), (images[1].Id, classId));
        await heads.CatchUpAsync(studio.ProjectId, Token);
        Assert.Equal(0, heads.Status(studio.ProjectId).LabelsLearned);

        Embeddings.Fill(store, images, _ => 0);
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Embeddings);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal(2, heads.Status(studio.ProjectId).LabelsLearned);
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Update_DeletedImageAndArchivedClass_AreTakenOut()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(10);
        Embeddings.Fill(store, images, index => index % 2);
        var heads = await StartAsync(studio);
        await studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        await using (var db = studio.Open())
        {
            db.Images.Remove(db.Images.Single(image => image.Id == images[0].Id));
            db.Classes.Single(item => item.Id == classes[1]).IsArchived = true;
            await db.SaveChangesAsync(Token);
        }
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal((4, 1), (heads.Status(studio.ProjectId).LabelsLearned, heads.Status(studio.ProjectId).ClassCount));
        await heads.StopAsync(Token);
    }

    private static async Task<LiveHeads> StartAsync(ModelStudio studio)
    {
        var heads = studio.Get<LiveHeads>();
        await heads.StartAsync(Token);
        return heads;
    }

    private static void AssertEqual(LdaSolution expected, LdaSolution actual)
    {
        Assert.Equal(expected.Classes, actual.Classes);
        var scale = expected.Weight.Max(Math.Abs);
        for (var index = 0; index < expected.Weight.Length; index++)
        {
            Assert.Equal(expected.Weight[index], actual.Weight[index], 1e-8 * scale);
        }
        for (var index = 0; index < expected.Bias.Length; index++)
        {
            Assert.Equal(expected.Bias[index], actual.Bias[index], 1e-8 * expected.Bias.Max(Math.Abs));
        }
    }
}
