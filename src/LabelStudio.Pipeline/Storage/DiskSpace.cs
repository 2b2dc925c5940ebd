using Microsoft.Data.Sqlite;

namespace LabelStudio.Pipeline.Storage;

/// <summary>Tells a full disk from other failures, and people what to do about it.</summary>
public static class DiskSpace
{
    private const int NoSpaceOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int DatabaseFull = 13;

    /// <summary>The failure, or what caused it, is that a disk has no room.</summary>
    public static bool IsFull(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException { HResult: NoSpaceOnUnix or DiskFullOnWindows } or SqliteException { SqliteErrorCode: DatabaseFull })
            {
                return true;
            }
            // A file that is made with its full size fails without the system's code on Unix.
            if (cause is IOException && cause.Message.Contains("disk was full", StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What happened and what to free, for the person whose work it stopped.</summary>
    /// <param name="folder">A folder on the full disk.</param>
    public static string FullMessage(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return $"The disk with '{folder}' is full{FreeText(folder)}. Make room on it: delete old backups and other programs' files there, or models and exports that nobody needs.";
    }

    /// <summary>What is free on the disk of a folder; null where the system does not say.</summary>
    public static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string FreeText(string folder) => FreeBytes(folder) is { } bytes ? $": {bytes / (1024 * 1024)} MB are free" : "";
}
