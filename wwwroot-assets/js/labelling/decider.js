// What decisions, taking them back and the server's answers do to the images of the page.

import { apply, countChange, inverse, stateOf, stateOnServer } from './decisions.js';
import { newId } from './save-queue.js';

export class Decider {
  #timeline;
  #queue;
  #panels;
  #view;

  /** view: { nameOf(label), leadTimeMs(), isSecondLook } */
  constructor(timeline, queue, panels, view) {
    this.#timeline = timeline;
    this.#queue = queue;
    this.#panels = panels;
    this.#view = view;
  }

  /** act: { kind, classId, classIds }, as all that is done here and taken back. */
  decide(task, act) {
    const before = stateOf(task);
    this.#send(task, act, this.#panels.shownSuggestion(task));
    this.#timeline.record({ ...act, task, before });
    this.#change(task, act);
    task.isDecided = !(act.kind === 'Flag' || act.kind === 'Unflag') || task.isDecided;
  }

  /** Why it was discarded: goes the same way as the discard, and is no step of its own to take back. */
  explain(task, reason) {
    if (task.state !== 'Discarded') return;
    this.#send(task, { kind: 'Discard', classId: null, discardReason: reason });
    task.discardReason = reason;
  }

  /** What was taken back; null: there is nothing to take back. */
  undo() {
    const step = this.#timeline.takeUndo();
    if (!step) return null;
    this.#takeBack(step);
    // Unsure is a mark and a skip: one key, one undo.
    if (step.kind === 'Skip' && step.task.isFlagged && this.#timeline.isUndoOf(step.task, 'Flag')) this.#takeBack(this.#timeline.takeUndo());
    return step;
  }

  /** What was done again; null: there is nothing to do again. */
  redo() {
    const step = this.#timeline.takeRedo();
    if (!step) return null;
    this.#doAgain(step);
    if (step.kind === 'Flag' && this.#timeline.isRedoOf(step.task, 'Skip')) this.#doAgain(this.#timeline.takeRedo());
    return step;
  }

  #doAgain(step) {
    this.#send(step.task, step);
    this.#change(step.task, step);
    step.task.isDecided = true;
  }

  saved(decision, result) {
    // A skipped image that came again stands on the line twice.
    for (const task of this.#tasksOf(decision.imageId)) task.labelVersion = result.labelVersion;
  }

  /** The server did not take it: the image is shown as it is there, and no earlier step is undone over that. */
  setAside(decision, result) {
    this.#timeline.forget(decision.imageId);
    const last = this.#tasksOf(decision.imageId).at(-1);
    if (!last || !decision.before) return;
    const was = stateOf(last);
    for (const task of this.#tasksOf(decision.imageId)) {
      Object.assign(task, stateOnServer(decision, result));
      task.labelVersion = result.outcome === 'Conflict' ? result.labelVersion : decision.expectedVersion;
      // A label that was refused leaves the image to be decided upon: it comes again.
      task.isDecided = task.state !== 'Unlabelled' || decision.kind !== 'Label';
    }
    this.#panels.addCounts(countChange(was, stateOf(last)));
  }

  /** The person's answer to a conflict. */
  resolve(id, answer) {
    const again = this.#queue.resolve(id, answer);
    const task = again && this.#tasksOf(again.imageId).at(-1);
    if (!task) return;
    this.#timeline.record({ task, kind: again.kind, classId: again.classId, classIds: again.classIds, before: stateOf(task) });
    this.#change(task, { ...again, discardReason: null });
    task.isDecided = true;
  }

  #takeBack(step) {
    const back = inverse(step.kind, step.before);
    if (back) {
      // The reason came after the discard and comes again with it.
      step.discardReason = step.kind === 'Discard' ? step.task.discardReason : null;
      this.#send(step.task, back);
      this.#change(step.task, back);
    }
    step.task.isDecided = step.before.state !== 'Unlabelled' && !this.#view.isSecondLook;
  }

  #change(task, act) {
    const before = stateOf(task);
    apply(task, act);
    task.decidedAt = performance.now();
    this.#panels.addCounts(countChange(before, stateOf(task)));
  }

  #send(task, { kind, classId, classIds = null, discardReason = null }, suggestion = null) {
    this.#queue.add({
      id: newId(),
      imageId: task.imageId,
      fileName: task.fileName,
      sha256: task.sha256,
      kind,
      classId,
      classIds,
      className: this.#view.nameOf({ classId, classIds }),
      before: stateOf(task),
      expectedVersion: task.labelVersion,
      suggestedClassId: suggestion?.classId ?? null,
      suggestedProbability: suggestion?.probability ?? null,
      suggestionSource: suggestion?.source ?? null,
      leadTimeMs: discardReason ? null : this.#view.leadTimeMs(),
      discardReason,
    });
  }

  #tasksOf(imageId) {
    return this.#timeline.tasks.filter((t) => t.imageId === imageId);
  }
}
