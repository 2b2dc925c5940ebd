// The images this person has seen, in order, with a place to stand: back and forth, undo and redo.

const LONGEST = 200;
// Pictures farther away than this are dropped from memory; the browser's cache still has them.
const NEAR = 8;

const isOf = (step, task, kind) => step?.task === task && step.kind === kind;

export class Timeline {
  #tasks = [];
  // Behind the last one: nothing is shown.
  #position = 0;
  #undo = [];
  #redo = [];

  get current() {
    return this.#tasks[this.#position] ?? null;
  }

  get tasks() {
    return this.#tasks;
  }

  get canUndo() {
    return this.#undo.length > 0;
  }

  get canRedo() {
    return this.#redo.length > 0;
  }

  /** Shown or passed over without a decision: still leased to this person. */
  get undecidedIds() {
    return this.#tasks.filter((t) => !t.isDecided || t === this.current).map((t) => t.imageId);
  }

  /** What was decided before the page was opened goes before what was seen since, with the steps that can be taken back. */
  seed(decisions) {
    const seen = new Set(this.#tasks.map((t) => t.imageId));
    const decided = decisions.filter((d) => !seen.has(d.task.imageId)).map((d) => ({ ...d, task: { ...d.task, isDecided: true } }));
    const earlier = decided.map(({ task }) => task);
    this.#tasks.unshift(...earlier);
    this.#undo.unshift(...decided.filter(({ before }) => before).map(({ task, kind, decidedClassId, before }) => ({
      task, kind, classId: decidedClassId, before: { ...before, isFlagged: task.isFlagged },
    })));
    this.#position += earlier.length;
  }

  push(task) {
    this.#tasks.push(task);
    while (this.#tasks.length > LONGEST) this.#tasks.shift();
    this.#position = this.#tasks.length - 1;
    this.#dropFarPictures();
    return task;
  }

  previous() {
    if (this.#position <= 0) return null;
    this.#position -= 1;
    return this.current;
  }

  next() {
    if (this.#position >= this.#tasks.length - 1) return null;
    this.#position += 1;
    return this.current;
  }

  /** The first image after the present one that waits for a decision. */
  nextUndecided() {
    const index = this.#tasks.findIndex((t, i) => i > this.#position && !t.isDecided);
    if (index < 0) return null;
    this.#position = index;
    return this.current;
  }

  anyUndecided() {
    const index = this.#tasks.findIndex((t) => !t.isDecided);
    if (index < 0) return null;
    this.#position = index;
    return this.current;
  }

  goTo(imageId) {
    const index = this.#tasks.findLastIndex((t) => t.imageId === imageId);
    if (index < 0) return null;
    this.#position = index;
    return this.current;
  }

  /** Nothing to show: stand behind the last one. */
  leave() {
    this.#position = this.#tasks.length;
  }

  /** step: { task, kind, classId, before } */
  record(step) {
    this.#undo.push(step);
    if (this.#undo.length > LONGEST) this.#undo.shift();
    this.#redo.length = 0;
  }

  /** The next undo would take back such a decision on this task. */
  isUndoOf(task, kind) {
    return isOf(this.#undo.at(-1), task, kind);
  }

  /** The next redo would do such a decision on this task again. */
  isRedoOf(task, kind) {
    return isOf(this.#redo.at(-1), task, kind);
  }

  /** No step of this image is taken back or done again. */
  forget(imageId) {
    const isOther = (step) => step.task.imageId !== imageId;
    this.#undo = this.#undo.filter(isOther);
    this.#redo = this.#redo.filter(isOther);
  }

  takeUndo() {
    const step = this.#undo.pop();
    if (step) {
      this.#redo.push(step);
      this.#standOn(step.task);
    }
    return step ?? null;
  }

  takeRedo() {
    const step = this.#redo.pop();
    if (step) {
      this.#undo.push(step);
      this.#standOn(step.task);
    }
    return step ?? null;
  }

  #standOn(task) {
    if (!this.goTo(task.imageId)) {
      this.#tasks.splice(this.#position, 0, task);
      this.goTo(task.imageId);
    }
  }

  #dropFarPictures() {
    for (let i = 0; i < this.#position - NEAR; i++) this.#tasks[i].image = null;
  }
}
