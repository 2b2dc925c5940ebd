namespace LabelStudio.Web.Tests.Architecture;

public sealed class AssemblyRules
{
    private static readonly string[] NumericPackages = ["TorchSharp", "Microsoft.ML.OnnxRuntime", "NetVips"];

    [Fact]
    public void A1_Learning_KnowsNeitherDatabaseNorWeb() =>
        Assert.DoesNotContain(StudioAssemblies.ReferencesOf(StudioAssemblies.Learning), name =>
            name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void A2_Pipeline_KnowsNeitherWebNorComponents() =>
        Assert.DoesNotContain(StudioAssemblies.ReferencesOf(StudioAssemblies.Pipeline), name =>
            name == "MudBlazor"
            || (name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                && name != "Microsoft.AspNetCore.Identity.EntityFrameworkCore"));

    [Fact]
    public void A3_OnlyLearning_ReferencesNumericPackages()
    {
        var references = StudioAssemblies.ReferencesOf(StudioAssemblies.Pipeline).Concat(StudioAssemblies.ReferencesOf(StudioAssemblies.Web));

        Assert.Empty(references.Intersect(NumericPackages));
    }

    [Fact]
    public void Projects_DependOnlyDownwards()
    {
        Assert.DoesNotContain("LabelStudio.Web", StudioAssemblies.ReferencesOf(StudioAssemblies.Pipeline));
        Assert.DoesNotContain("LabelStudio.Pipeline", StudioAssemblies.ReferencesOf(StudioAssemblies.Learning));
    }
}
