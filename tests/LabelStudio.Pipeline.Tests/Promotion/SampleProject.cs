using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LabelStudio.Pipeline.Tests.Promotion;

/// <summary>
/// A console project around a bundle's C# sample. The packages that the sample names are those of the tests: their
/// assemblies and native libraries are taken from beside the tests, so that nothing is fetched.
/// </summary>
internal static class SampleProject
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <InvariantGlobalization>true</InvariantGlobalization>
            <OutputPath>out/</OutputPath>
            <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
          </PropertyGroup>
          <ItemGroup>
            <Reference Include="{0}Microsoft.ML.OnnxRuntime.dll" />
            <Reference Include="{0}NetVips.dll" />
          </ItemGroup>
        </Project>
        """;

    /// <returns>The lines that the sample wrote.</returns>
    public static async Task<string[]> RunAsync(string folder, string picture, CancellationToken cancellationToken)
    {
        var here = AppContext.BaseDirectory;
        await File.WriteAllTextAsync(Path.Combine(folder, "Predict.csproj"), Project.Replace("{0}", here, StringComparison.Ordinal), cancellationToken);
        await DotnetAsync(folder, ["build", "Predict.csproj", "--source", folder, "--nologo", "--verbosity", "quiet"], cancellationToken);
        var native = Path.Combine(here, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        foreach (var library in Directory.GetFiles(native).Where(file => Path.GetFileName(file) is var name && (name.Contains("onnxruntime", StringComparison.Ordinal) || name.Contains("vips", StringComparison.Ordinal))))
        {
            File.Copy(library, Path.Combine(folder, "out", Path.GetFileName(library)));
        }
        var text = await DotnetAsync(folder, [Path.Combine("out", "Predict.dll"), picture], cancellationToken);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static async Task<string> DotnetAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Build servers would outlive the test and hold its folder.
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["UseSharedCompilation"]) = ("1", "false");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {arguments[0]} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }
}
