using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Training;

/// <summary>What people call a run and write about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Note">Anything; may be empty.</param>
/// <param name="Tags">Words to find it by.</param>
public sealed record RunNotes(string Name, string Note, IReadOnlyList<string> Tags)
{
    private const char Separator = ',';

    public static RunNotes Of(string name, string note, string tags)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(note);
        return new RunNotes(name.Trim(), note.Trim(), TagsOf(tags));
    }

    /// <summary>Reads tags separated by commas; a word counts once, however it is written.</summary>
    public static IReadOnlyList<string> TagsOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.CurrentCultureIgnoreCase)];
    }

    internal void WriteTo(TrainingRun run) => (run.Name, run.Note, run.Tags) = (Name, Note, string.Join(Separator, Tags));

    /// <exception cref="InvalidRequestException">Something is missing or too long.</exception>
    internal void Demand()
    {
        Demand(Name.Length is > 0 and <= TrainingRun.LongestName, $"A run's name has 1 to {TrainingRun.LongestName} letters. Write a shorter one, or one at all.");
        Demand(Note.Length <= TrainingRun.LongestNote, $"The note has {Note.Length} letters and may have {TrainingRun.LongestNote}. Shorten it.");
        Demand(Tags.Sum(tag => tag.Length + 1) <= TrainingRun.LongestTags, $"The tags have more than {TrainingRun.LongestTags} letters together. Take some away.");
    }

    private static void Demand(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidRequestException(problem);
        }
    }
}
