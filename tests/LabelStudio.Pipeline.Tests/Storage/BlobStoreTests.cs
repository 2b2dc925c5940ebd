using System.Security.Cryptography;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Storage;

public sealed class BlobStoreTests : IDisposable
{
    private const long NoLimit = long.MaxValue;

    private readonly string _root = Directory.CreateTempSubdirectory("studio-test-").FullName;
    private readonly StudioPaths _paths;
    private readonly BlobStore _blobs;

    public BlobStoreTests()
    {
        _paths = new StudioPaths(new StudioOptions { DataPath = _root });
        _blobs = new BlobStore(_paths);
    }

    [Fact]
    public async Task PutAsync_KeepsTheBytesUnderTheirHash()
    {
        var content = TestImages.Png(1);

        var sha256 = await _blobs.PutAsync(new MemoryStream(content), ".png", NoLimit, CancellationToken.None);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), sha256);
        Assert.Equal(content, await File.ReadAllBytesAsync(_blobs.PathOf(sha256, ".png"), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFiles(_paths.Uploads));
    }

    [Fact]
    public async Task PutAsync_TheSameTwice_KeepsOneFile()
    {
        await _blobs.PutAsync(TestImages.PngStream(1), ".png", NoLimit, CancellationToken.None);
        await _blobs.PutAsync(TestImages.PngStream(1), ".png", NoLimit, CancellationToken.None);

        Assert.Single(Directory.EnumerateFiles(_paths.Images, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(_paths.Uploads));
    }

    [Fact]
    public async Task StageAsync_LongerThanTheLimit_RefusesAndLeavesNothing()
    {
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => _blobs.StageAsync(new MemoryStream(new byte[300_000]), 299_999, CancellationToken.None));

        Assert.Empty(Directory.EnumerateFiles(_paths.Uploads));
    }

    [Fact]
    public async Task StageAsync_Empty_Refuses()
    {
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => _blobs.StageAsync(new MemoryStream(), NoLimit, CancellationToken.None));
    }

    [Theory]
    [InlineData("../../../../etc/passwd", ".png")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789", ".png")]
    [InlineData("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789", "/../x")]
    [InlineData("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789", "png")]
    public void PathOf_WhatIsNoHashOrExtension_Throws(string sha256, string extension)
    {
        Assert.Throws<ArgumentException>(() => _blobs.PathOf(sha256, extension));
    }

    [Fact]
    public async Task ThumbnailAsync_AskedByManyAtOnce_IsMadeOnce()
    {
        var sha256 = await _blobs.PutAsync(TestImages.PngStream(1), ".png", NoLimit, CancellationToken.None);
        var made = 0;

        var paths = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _blobs.ThumbnailAsync(
            sha256,
            ".png",
            256,
            _ =>
            {
                Interlocked.Increment(ref made);
                return [1, 2, 3];
            },
            CancellationToken.None)));

        Assert.Equal(1, made);
        Assert.Single(paths.Distinct());
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(paths[0], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ThumbnailAsync_AfterAFailure_TriesAgain()
    {
        var sha256 = await _blobs.PutAsync(TestImages.PngStream(1), ".png", NoLimit, CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => _blobs.ThumbnailAsync(
            sha256, ".png", 256, _ => throw new IOException("disk full"), CancellationToken.None));

        var path = await _blobs.ThumbnailAsync(sha256, ".png", 256, _ => [7], CancellationToken.None);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Delete_TakesTheThumbnailsToo()
    {
        var sha256 = await _blobs.PutAsync(TestImages.PngStream(1), ".png", NoLimit, CancellationToken.None);
        await _blobs.ThumbnailAsync(sha256, ".png", 256, _ => [7], CancellationToken.None);

        _blobs.Delete(sha256, ".png");

        Assert.Empty(Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories));
    }

    public void Dispose()
    {
        _blobs.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
