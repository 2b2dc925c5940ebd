using LabelStudio.Pipeline.Serving;
using LabelStudio.Web.Api;

namespace LabelStudio.Web.Tests.Api;

public sealed class SuggestedImagesTests
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();
    private static readonly Guid Coat = Guid.CreateVersion7();

    [Fact]
    public void Between_TwoClasses_WantsImagesWhoseFirstTwoTheyAreInAnyOrder()
    {
        var query = GridQuery.Between(Hat, Shoe);

        Assert.True(SuggestedImages.IsWanted(Of(Hat, Shoe), query));
        Assert.True(SuggestedImages.IsWanted(Of(Shoe, Hat), query));
        Assert.False(SuggestedImages.IsWanted(Of(Hat, Coat), query));
        Assert.False(SuggestedImages.IsWanted(Of(Coat, Hat), query));
    }

    [Fact]
    public void Between_AsAnAddress_AsksForUnlabelledImagesTheLeastSureFirst() =>
        Assert.Equal($"state=unlabelled&sort=uncertain&suggested={Hat}&against={Shoe}", GridQuery.Between(Hat, Shoe).ToQueryString());

    [Fact]
    public void OneClass_WantsItsSuggestions()
    {
        Assert.True(SuggestedImages.IsWanted(Of(Hat, Shoe), new GridQuery(Suggested: Hat)));
        Assert.False(SuggestedImages.IsWanted(Of(Shoe, Hat), new GridQuery(Suggested: Hat)));
    }

    [Fact]
    public void OneClass_WantsCombinationsWithItToo()
    {
        var (hatAndCoat, query) = (Guid.CreateVersion7(), new GridQuery(Suggested: Hat));

        Assert.True(SuggestedImages.IsWanted(Of(hatAndCoat, Shoe), query, new HashSet<Guid> { hatAndCoat }));
        Assert.False(SuggestedImages.IsWanted(Of(hatAndCoat, Shoe), query));
        Assert.False(SuggestedImages.IsWanted(Of(Shoe, hatAndCoat), query, new HashSet<Guid> { hatAndCoat }));
        Assert.Equal([1], SuggestedImages.Of([Of(hatAndCoat, Shoe), Of(Shoe, Hat) with { ImageId = 2 }], query, new HashSet<Guid> { hatAndCoat }));
    }

    [Fact]
    public void Agreement_TellsImagesWhoseLabelIsSuggestedFromTheOthers()
    {
        ScoredImage[] images = [Of(Hat, Shoe) with { ImageId = 1, LabelClassId = Hat }, Of(Hat, Shoe) with { ImageId = 2, LabelClassId = Shoe }];

        Assert.Equal([1], SuggestedImages.Of(images, new GridQuery(Agrees: true)));
        Assert.Equal([2], SuggestedImages.Of(images, new GridQuery(Agrees: false)));
        Assert.Equal([1, 2], SuggestedImages.Of(images, new GridQuery()));
    }

    [Fact]
    public void AtLeast_LeavesOutLessProbableSuggestions()
    {
        ScoredImage[] images = [Of(Hat, Shoe) with { ImageId = 1 }, Of(Hat, Shoe) with { ImageId = 2, First = new ClassScore(Hat, 0.8) }];

        Assert.Equal([2], SuggestedImages.Of(images, new GridQuery(AtLeast: 80)));
    }

    [Theory]
    [InlineData(GridQuery.LowMargin, new long[] { 2, 3, 1 })]
    [InlineData(GridQuery.HighMargin, new long[] { 1, 3, 2 })]
    [InlineData(GridQuery.HighEntropy, new long[] { 3, 2, 1 })]
    [InlineData(GridQuery.LowEntropy, new long[] { 1, 2, 3 })]
    [InlineData(GridQuery.MostCertain, new long[] { 1, 2, 3 })]
    [InlineData(GridQuery.LeastCertain, new long[] { 3, 2, 1 })]
    [InlineData(null, new long[] { 1, 2, 3 })]
    public void Sort_ByWhatTheModelThinks_OrdersTheImages(string? sort, long[] expected)
    {
        ScoredImage[] images = [Scored(1, 0.9, 0.05, 0.4), Scored(2, 0.5, 0.49, 0.7), Scored(3, 0.4, 0.2, 1.3)];

        Assert.Equal(expected, SuggestedImages.Of(images, new GridQuery(Sort: sort)));
    }

    private static ScoredImage Scored(long id, double first, double second, double entropy) =>
        new(id, null, new ClassScore(Hat, first), new ClassScore(Shoe, second), entropy);

    private static ScoredImage Of(Guid first, Guid second) =>
        new(1, null, new ClassScore(first, 0.5), new ClassScore(second, 0.25), 1);
}
