// What a decision does to a task, and what takes it back. Pure.

/** The state of a task that a decision may change. */
export const stateOf = (task) => ({
  state: task.state, classId: task.classId, classIds: task.classIds ?? null, isFlagged: task.isFlagged, discardReason: task.discardReason ?? null,
});

/** A label is classId, or where images may have several classes the set that was chosen here: classIds. */
export function apply(task, { kind, classId, classIds = null, discardReason = null }) {
  if (isAboutLabel(kind)) task.discardReason = discardReason;
  switch (kind) {
    case 'Label':
      task.state = 'Labelled';
      task.classId = classId;
      task.classIds = classIds;
      break;
    case 'Discard':
      task.state = 'Discarded';
      task.classId = task.classIds = null;
      break;
    case 'Clear':
    case 'Restore':
      task.state = 'Unlabelled';
      task.classId = task.classIds = null;
      break;
    case 'Flag':
      task.isFlagged = true;
      break;
    case 'Unflag':
      task.isFlagged = false;
      break;
  }
}

/** The decision that brings the task back to where it was; null: nothing was written that needs it. */
export function inverse(kind, before) {
  if (kind === 'Skip') return null;
  if (kind === 'Flag') return { kind: 'Unflag', classId: null };
  if (kind === 'Unflag') return { kind: 'Flag', classId: null };
  if (before.state === 'Labelled') return { kind: 'Label', classId: before.classId, classIds: before.classIds };
  if (before.state === 'Discarded') return { kind: 'Discard', classId: null, discardReason: before.discardReason };
  return { kind: kind === 'Discard' ? 'Restore' : 'Clear', classId: null };
}

/** What kinds of decision say which label an image has. */
export const isAboutLabel = (kind) => kind === 'Label' || kind === 'Discard' || kind === 'Clear' || kind === 'Restore';

/** How the image is, after the server did not take the decision: as somebody else left it, or as it was before. */
export function stateOnServer({ before }, result) {
  if (result.outcome !== 'Conflict') return { ...before };
  return { state: result.state, classId: result.classId, classIds: null, isFlagged: before?.isFlagged ?? false, discardReason: null };
}

/** How the numbers of labelled, discarded and open images change. */
export function countChange(before, after) {
  const change = { labelled: 0, discarded: 0, unlabelled: 0 };
  const key = { Labelled: 'labelled', Discarded: 'discarded', Unlabelled: 'unlabelled' };
  change[key[before.state]] -= 1;
  change[key[after.state]] += 1;
  return change;
}
