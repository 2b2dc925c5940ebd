using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Review;

namespace LabelStudio.Pipeline.Tests.Features;

public sealed class SimilarImagesTests
{
    [Fact]
    public async Task FindAsync_GivesTheImageItselfThenThoseOfItsKind()
    {
        await using var review = await ReviewFixture.StartAsync(images: 30);
        var similar = review.Get<SimilarImages>();

        var found = await similar.FindAsync(
            review.Studio.UserId, review.Studio.ProjectId, review.Images[4].Id, new ImageFilter(), 6, CancellationToken.None);

        Assert.Equal((review.Images[4].Id, 1.0), (found[0].ImageId, Math.Round(found[0].Similarity, 4)));
        Assert.All(found, image => Assert.Equal(1, ReviewFixture.KindOf(Array.FindIndex(review.Images, one => one.Id == image.ImageId))));
        Assert.Equal(found.OrderByDescending(image => image.Similarity), found);
    }

    [Fact]
    public async Task FindAsync_WithAFilter_GivesOnlyImagesOfIt()
    {
        await using var review = await ReviewFixture.StartAsync(images: 9);
        long[] asked = [review.Images[0].Id, review.Images[5].Id];

        var found = await review.Get<SimilarImages>().CompareAsync(
            review.Studio.UserId, review.Studio.ProjectId, review.Images[0].Id, asked, CancellationToken.None);

        Assert.Equal(asked, found.Keys.Order());
    }

    [Fact]
    public async Task FindAsync_ImageWithoutEmbedding_SaysSo()
    {
        await using var review = await ReviewFixture.StartAsync(images: 3);
        var added = await review.Studio.AddImagesAsync(1);

        await Assert.ThrowsAsync<InvalidRequestException>(() => review.Get<SimilarImages>().FindAsync(
            review.Studio.UserId, review.Studio.ProjectId, added[0].Id, new ImageFilter(), 3, CancellationToken.None));
    }
}
