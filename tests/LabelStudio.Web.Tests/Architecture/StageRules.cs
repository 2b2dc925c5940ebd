using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Web.Tests.Architecture;

public sealed class StageRules
{
    /// <summary>The data's way: a stage may use those before it.</summary>
    private static readonly string[] PipelineStages =
    [
        "Storage", "Projects", "Intake", "Labelling", "Datasets", "Features", "Training", "Evaluation", "Promotion", "Serving", "Review", "Export",
    ];

    private static readonly string[] LearningStages =
        ["Native", "Imaging", "Backbones", "Embeddings", "Heads", "Memory", "LabelOrder", "LabelErrors", "Agreement", "Duplicates", "Training", "Snapshots", "OnnxExport", "Inference"];

    /// <summary>Pure arithmetic that every stage may use and that uses none.</summary>
    private static readonly string[] FreeLearningFolders = ["Evaluation"];

    [Fact]
    public void A4_Web_OnlyCompositionUsesTheDatabase()
    {
        var users = TypeDependencies.Of(StudioAssemblies.Web)
            .Where(pair => typeof(DbContext).IsAssignableFrom(pair.Used) || pair.Used.Namespace?.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) == true)
            .Select(pair => pair.User)
            .Where(user => user.Namespace != "LabelStudio.Web.Composition" && user.Name != "Program");

        Assert.Empty(users.Select(user => user.FullName).Distinct());
    }

    [Fact]
    public void A5_Pipeline_StagesDependBackwardsOnly() =>
        Assert.Empty(Forward(TypeDependencies.Of(StudioAssemblies.Pipeline), "LabelStudio.Pipeline", PipelineStages));

    [Fact]
    public void A6_Learning_StagesDependBackwardsOnly() =>
        Assert.Empty(Forward(TypeDependencies.Of(StudioAssemblies.Learning), "LabelStudio.Learning", LearningStages));

    [Fact]
    public void A6_LearningEvaluation_UsesNoStage()
    {
        var used = TypeDependencies.Of(StudioAssemblies.Learning)
            .Where(pair => FreeLearningFolders.Contains(StageOf(pair.User, "LabelStudio.Learning")))
            .Where(pair => LearningStages.Contains(StageOf(pair.Used, "LabelStudio.Learning")));

        Assert.Empty(used.Select(pair => $"{pair.User.Name} uses {pair.Used.Name}"));
    }

    [Fact]
    public void Stages_AllOfThem_StandInTheOrder()
    {
        Assert.Empty(Folders(StudioAssemblies.Pipeline, "LabelStudio.Pipeline").Except(PipelineStages));
        Assert.Empty(Folders(StudioAssemblies.Learning, "LabelStudio.Learning").Except([.. LearningStages, .. FreeLearningFolders]));
    }

    private static IEnumerable<string> Folders(System.Reflection.Assembly assembly, string root) => assembly.GetTypes()
        .Select(type => StageOf(StudioAssemblies.Outermost(type), root)).OfType<string>().Distinct();

    private static IEnumerable<string> Forward(IEnumerable<(Type User, Type Used)> pairs, string root, string[] order) =>
        from pair in pairs
        let user = Array.IndexOf(order, StageOf(pair.User, root))
        let used = Array.IndexOf(order, StageOf(pair.Used, root))
        where user >= 0 && used > user && !IsMigration(pair.User)
        select $"{order[user]}.{pair.User.Name} uses {order[used]}.{pair.Used.Name}";

    private static bool IsMigration(Type type) => type.Namespace!.Contains(".Migrations", StringComparison.Ordinal);

    private static string? StageOf(Type type, string root) =>
        type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true ? type.Namespace[(root.Length + 1)..].Split('.')[0] : null;
}
