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
    this.choose(task, this.labels.toggled(this.of(task, suggestion) ?? [], classId));
  }

  choose(task, classIds) {
    this.#byImage.set(task.imageId, classIds);
  }

  /** Saved, or given up. */
  forget(task) {
    this.#byImage.delete(task.imageId);
  }

  isOfLabel(task, classIds) {
    return task.state === 'Labelled' && isSame(this.labels.membersOf(task), classIds);
  }

  isOfSuggestion(suggestion, classIds) {
    return isSame(this.labels.membersOf(suggestion), classIds);
  }
}

const isSame = (some, others) => some?.length === others.length && some.every((id) => others.includes(id));
