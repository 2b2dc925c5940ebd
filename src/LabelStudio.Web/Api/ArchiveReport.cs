using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Web.Api;

/// <summary>What became of the files of an archive.</summary>
public sealed class ArchiveReport
{
    private const int MostNamed = 200;

    private readonly List<ImportResult> _problems = [];

    public int Added { get; private set; }

    public int Duplicates { get; private set; }

    public int Refused { get; private set; }

    /// <summary>The first files that were not added, or came without their label, with the reason.</summary>
    public IReadOnlyList<ImportResult> Problems => _problems;

    internal void Add(ImportResult result)
    {
        switch (result.Outcome)
        {
            case ImportOutcome.Added:
                Added++;
                break;
            case ImportOutcome.Duplicate:
                Duplicates++;
                break;
            case ImportOutcome.Refused:
                Refused++;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(result), result.Outcome, "Unknown outcome.");
        }

        if (result.Reason is not null && _problems.Count < MostNamed)
        {
            _problems.Add(result);
        }
    }
}
