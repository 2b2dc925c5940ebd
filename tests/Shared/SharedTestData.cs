namespace LabelStudio.Tests;

/// <summary>Finds the folder of test data that lies outside the repository: STUDIO_TEST_DATA, else shared/data beside an ancestor.</summary>
internal static class SharedTestData
{
    /// <summary>Full path of a file or folder of the test data; skips the test with the reason where there is none.</summary>
    public static string Require(string relativePath)
    {
        var path = Root() is { } root ? Path.Combine(root, relativePath) : null;
        Assert.SkipUnless(
            Path.Exists(path), $"Test data '{relativePath}' is not here: set STUDIO_TEST_DATA to the folder that holds it.");
        return path!;
    }

    /// <summary>Full path of a file or folder of the test data; null: it is not here.</summary>
    public static string? Find(string relativePath) => Root() is { } root && Path.Combine(root, relativePath) is var path && Path.Exists(path) ? path : null;

    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("STUDIO_TEST_DATA") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
