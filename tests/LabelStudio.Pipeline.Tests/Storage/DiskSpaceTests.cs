using LabelStudio.Pipeline.Storage;
using Microsoft.Data.Sqlite;

namespace LabelStudio.Pipeline.Tests.Storage;

public sealed class DiskSpaceTests
{
    /// <summary>A device to which every write fails as on a full disk.</summary>
    public const string FullDevice = "/dev/full";

    [Fact]
    public void IsFull_WriteRefusedForLackOfRoom_IsTold()
    {
        Assert.SkipUnless(File.Exists(FullDevice), "This system has no device that is always full.");

        var error = Assert.Throws<IOException>(() => File.WriteAllBytes(FullDevice, new byte[10]));

        Assert.True(DiskSpace.IsFull(error));
        Assert.True(DiskSpace.IsFull(new InvalidOperationException("The run failed.", error)));
    }

    [Fact]
    public void IsFull_DatabaseWithoutRoom_IsTold() => Assert.True(DiskSpace.IsFull(new SqliteException("full", 13)));

    [Fact]
    public void IsFull_OtherFailures_AreNot()
    {
        Assert.False(DiskSpace.IsFull(new IOException("The file is open elsewhere.")));
        Assert.False(DiskSpace.IsFull(new FileNotFoundException("There is no such file.")));
    }

    [Fact]
    public void FullMessage_NamesTheFolderAndWhatToFree()
    {
        var folder = Path.GetTempPath();

        var message = DiskSpace.FullMessage(folder);

        Assert.Contains(folder, message, StringComparison.Ordinal);
        Assert.Contains("MB are free", message, StringComparison.Ordinal);
        Assert.Contains("Make room", message, StringComparison.Ordinal);
    }
}
