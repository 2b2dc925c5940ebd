// The labels of a project: its classes, and where images may have several, the combinations of them. Pure.

// As the server calls and colours the combination without classes.
const NONE = { name: 'No class', colour: '#6b7c93' };

export class Labels {
  #byId;
  #places;

  /** The classes as they can be chosen, in their order. */
  classes;

  /** list: what is in use, as the server sends it; a combination has memberIds. */
  constructor(list, takesSeveral) {
    this.takesSeveral = takesSeveral;
    this.classes = list.filter((label) => !label.memberIds);
    this.#byId = new Map(list.map((label) => [label.id, label]));
    this.#places = new Map(this.classes.map(({ id }, place) => [id, place]));
  }

  isClass(id) {
    return this.#places.has(id);
  }

  /** A model may have learned combinations that the project's images no longer have. */
  canBeSuggested(labelId) {
    return this.takesSeveral ? this.membersOf({ classId: labelId }) !== null : this.isClass(labelId);
  }

  /**
   * Name and colour of the label; null: it is not in use, or the list that has it is still on its way.
   * { classId } is the server's, a combination's too; { classIds } a set that was chosen here and may be new to the server.
   */
  of({ classId, classIds }) {
    if (!classIds) return this.#byId.get(classId) ?? null;
    const members = this.membersOf({ classIds })?.map((id) => this.#byId.get(id));
    if (!members) return null;
    if (members.length === 0) return NONE;
    return { name: members.map(({ name }) => name).join(' + '), colour: members[0].colour };
  }

  /** Ids of the label's classes; null: it is not in use. */
  membersOf({ classId, classIds }) {
    const ids = classIds ?? this.#byId.get(classId)?.memberIds ?? [classId];
    return ids.every((id) => this.isClass(id)) ? this.inOrder(ids) : null;
  }

  /** The classes with this one, or without it if they had it. "None of these" goes with no other: what is chosen last holds. */
  toggled(classIds, classId) {
    if (classIds.includes(classId)) return classIds.filter((id) => id !== classId);
    const isNegative = (id) => this.#byId.get(id)?.isNegative;
    return this.inOrder([...(isNegative(classId) ? [] : classIds.filter((id) => !isNegative(id))), classId]);
  }

  /** How probable each class is, alone or with others: the sum over the labels that have it. */
  marginals(scores) {
    const sums = new Map();
    for (const { classId, probability } of scores) {
      for (const id of this.membersOf({ classId }) ?? []) sums.set(id, Math.min(1, (sums.get(id) ?? 0) + probability));
    }
    return sums;
  }

  /** Those in use, in the classes' order. */
  inOrder(classIds) {
    return classIds.filter((id) => this.isClass(id)).sort((a, b) => this.#places.get(a) - this.#places.get(b));
  }
}
