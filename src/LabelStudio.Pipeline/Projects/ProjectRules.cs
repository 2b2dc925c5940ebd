using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Projects;

/// <summary>What a project's settings must keep to.</summary>
internal static class ProjectRules
{
    public static string CheckedName(string name)
    {
        var trimmed = name?.Trim() ?? "";
        return trimmed.Length is > 0 and <= 200
            ? trimmed
            : throw new InvalidRequestException("A project needs a name of 1 to 200 characters.");
    }

    public static void DemandPercentages(int train, int validation, int test)
    {
        if (train < 1 || validation < 0 || test < 0 || train + validation + test != 100)
        {
            throw new InvalidRequestException(
                $"The splits of {train} % training, {validation} % validation and {test} % test images do not add up to 100 % " +
                "with at least 1 % for training. Change one of them.");
        }
    }
}
