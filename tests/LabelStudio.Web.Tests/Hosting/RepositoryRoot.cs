namespace LabelStudio.Web.Tests.Hosting;

/// <summary>The folder of the solution, looked for upwards from the tests' output.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "LabelStudio.Net.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The solution's folder was not found above the tests' output.");
    }
}
