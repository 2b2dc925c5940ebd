namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>Finds the photographs that the tests label: one folder a class. Null where the machine has none.</summary>
public static class TestPhotos
{
    public static string? Clothing => Find("clothing/train");

    private static string? Find(string relative)
    {
        if (Environment.GetEnvironmentVariable("STUDIO_TEST_DATA") is { Length: > 0 } given)
        {
            return Existing(Path.Combine(given, relative));
        }

        for (var folder = new DirectoryInfo(StudioServer.Metadata("RepositoryRoot")); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "data", relative)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}
