using LabelStudio.Pipeline.Review;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class KeptSearchesTests
{
    private static readonly Guid Project = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindAsync_AskedTwiceWhileOneSearchRuns_SearchesOnce()
    {
        using var searches = new KeptSearches<string>();
        var go = new TaskCompletionSource<string>();
        var count = 0;

        var first = searches.FindAsync(Project, again: false, SearchAsync, Token);
        var second = searches.FindAsync(Project, again: true, SearchAsync, Token);
        go.SetResult("found");

        Assert.Equal(("found", "found", 1), (await first, await second, count));
        Assert.Equal("found", searches.Of(Project));
        Assert.Null(searches.Of(Guid.NewGuid()));

        Task<string> SearchAsync()
        {
            count++;
            return go.Task;
        }
    }

    [Fact]
    public async Task FindAsync_AskedAgain_SearchesAnewAndAFailureKeepsWhatWasFound()
    {
        using var searches = new KeptSearches<string>();

        await searches.FindAsync(Project, again: false, () => Task.FromResult("one"), Token);
        var kept = await searches.FindAsync(Project, again: false, () => Task.FromResult("two"), Token);
        await Assert.ThrowsAsync<IOException>(() => searches.FindAsync(Project, again: true, () => throw new IOException(), Token));
        var anew = await searches.FindAsync(Project, again: true, () => Task.FromResult("three"), Token);

        Assert.Equal(("one", "three"), (kept, anew));
    }
}
