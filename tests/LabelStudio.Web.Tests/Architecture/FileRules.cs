namespace LabelStudio.Web.Tests.Architecture;

public sealed class FileRules
{
    private const int MostLines = 400;
    private const int MostMarkupLines = 200;

    private static readonly string Root = Hosting.RepositoryRoot.Path;

    [Fact]
    public void A10_SourceFiles_AreShort()
    {
        var tooLong =
            from file in Sources("*.cs").Concat(Sources("*.razor"))
            where !file.Contains("Migrations", StringComparison.Ordinal)
            let lines = File.ReadLines(file).Count()
            where lines > (file.EndsWith(".razor", StringComparison.Ordinal) ? MostMarkupLines : MostLines)
            select $"{Path.GetRelativePath(Root, file)} has {lines} lines";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Components_NeverLeaveTheirContext()
    {
        var files = Sources("*.razor.cs").Concat(Sources("*.razor"))
            .Where(file => File.ReadAllText(file).Contains("ConfigureAwait(false)", StringComparison.Ordinal));

        Assert.Empty(files.Select(file => Path.GetRelativePath(Root, file)));
    }

    [Fact]
    public void Program_StaysShort() =>
        Assert.True(File.ReadLines(Path.Combine(Root, "src", "LabelStudio.Web", "Program.cs")).Count() <= 60);

    private static IEnumerable<string> Sources(string pattern) =>
        new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
