using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Api;

/// <summary>What a program writes about a run; what is left out stays as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Note">Anything; may be empty.</param>
/// <param name="Tags">Words to find it by.</param>
public sealed record RunNotesBody(string? Name = null, string? Note = null, IReadOnlyList<string>? Tags = null)
{
    public RunNotes Over(RunNotes notes)
    {
        ArgumentNullException.ThrowIfNull(notes);
        return RunNotes.Of(Name ?? notes.Name, Note ?? notes.Note, string.Join(',', Tags ?? notes.Tags));
    }
}
