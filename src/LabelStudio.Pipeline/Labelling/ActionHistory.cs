using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>A person's latest actions in a project, newest first, and which of them are taken back.</summary>
internal sealed class ActionHistory
{
    /// <summary>More than the 50 that must be possible to take back; undos count too.</summary>
    private const int Depth = 400;

    private readonly List<ActionStart> _actions;
    private readonly HashSet<Guid> _reverted = [];

    private ActionHistory(List<ActionStart> actions)
    {
        _actions = actions;

        // Newest first, so that a redo is seen before the undo it took back, and that before what it had taken back.
        foreach (var action in actions)
        {
            if (action.RevertsActionId is { } target && !_reverted.Contains(action.ActionId))
            {
                _reverted.Add(target);
            }
        }
    }

    public static async Task<ActionHistory> ReadAsync(
        StudioDbContext db, Guid userId, Guid projectId, CancellationToken cancellationToken) => new(await db.Annotations.AsNoTracking()
        .Where(annotation => annotation.ProjectId == projectId && annotation.UserId == userId && annotation.StartsAction)
        .OrderByDescending(annotation => annotation.Id)
        .Take(Depth)
        .Select(annotation => new ActionStart(annotation.ActionId, annotation.RevertsActionId, annotation.Kind, annotation.ClassId))
        .ToListAsync(cancellationToken));

    public bool IsReverted(Guid actionId) => _reverted.Contains(actionId);

    /// <summary>The last decision that holds.</summary>
    public ActionStart? ToUndo() => _actions.Find(action => action.RevertsActionId is null && !_reverted.Contains(action.ActionId));

    /// <summary>The last undo that holds, unless something was decided after it.</summary>
    public ActionStart? ToRedo()
    {
        // Reverting a redone action again makes newer rows, so the search must look at undos of decisions only.
        var decisions = _actions.Where(action => action.RevertsActionId is null).Select(action => action.ActionId).ToHashSet();
        foreach (var action in _actions)
        {
            if (action.RevertsActionId is not { } target)
            {
                return null;
            }

            if (decisions.Contains(target) && !_reverted.Contains(action.ActionId))
            {
                return action;
            }
        }

        return null;
    }
}
