using LabelStudio.Web.Worker;

namespace LabelStudio.Web.Tests.Worker;

public sealed class ScratchFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("scratch-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Open_WhatAKilledTrainerLeft_IsDeleted()
    {
        var left = Directory.CreateDirectory(Path.Combine(_root, "trainer-1")).FullName;
        File.WriteAllText(Path.Combine(left, "image.jpg"), "pixels");
        File.WriteAllText(left + ".lock", "");

        using var own = ScratchFolder.Open(_root);

        Assert.Equal([own.Path], Directory.GetDirectories(_root));
        Assert.Single(Directory.GetFiles(_root));
    }

    [Fact]
    public void Open_BesideALivingTrainer_LeavesItsFolderAlone()
    {
        using var first = ScratchFolder.Open(_root);
        File.WriteAllText(Path.Combine(first.Path, "image.jpg"), "pixels");

        using var second = ScratchFolder.Open(_root);

        Assert.NotEqual(first.Path, second.Path);
        Assert.True(File.Exists(Path.Combine(first.Path, "image.jpg")));
    }

    [Fact]
    public void Dispose_LeavesNothing()
    {
        ScratchFolder.Open(_root).Dispose();

        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }
}
