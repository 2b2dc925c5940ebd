// Which classes are chosen for each image, where images may have several. Until they are saved they belong to their image, for
// as long as the page lives.

export class Choices {
  #byImage = new Map();

  /** Told by the view whenever the project's classes change. */
  labels = null;

  /**
   * What Enter saves: what was chosen by hand; else the label that the image has; else the suggestion as the person sees it.
   * Null: nothing, as an image that is discarded, or whose label is out of use, must not become one of no class by a mere Enter.
   */
  of(task, suggestion) {
    const own = this.#byImage.get(task.imageId);
    if (own) return this.labels.inOrder(own);
    if (task.state === 'Labelled') return this.labels.membersOf(task);
    if (task.state === 'Discarded') return null;
    return (suggestion && this.labels.membersOf(suggestion)) ?? [];
  }

  toggle(task, suggestion, classId) {
    this.#byImage.set(task.imageId, this.labels.toggled(this.of(task, suggestion) ?? [], classId));
  }

  /** Saved, or given up. */
  forget(task) {
    this.#byImage.delete(task.imageId);
  }

  /** A step of the timeline was undone: an image that had a label has its classes again, one that had none what was saved by mistake. */
  takeBack({ task, kind, classId, classIds }) {
    this.forget(task);
    const saved = kind === 'Label' && task.state === 'Unlabelled' ? this.labels.membersOf({ classId, classIds }) : null;
    if (saved) this.#byImage.set(task.imageId, saved);
  }

  isOfLabel(task, classIds) {
    return task.state === 'Labelled' && isSame(this.labels.membersOf(task), classIds);
  }

  isOfSuggestion(suggestion, classIds) {
    return isSame(this.labels.membersOf(suggestion), classIds);
  }
}

const isSame = (some, others) => some?.length === others.length && some.every((id) => others.includes(id));
