// Which images are chosen. Knows ids and their order only.

export class Selection {
  #chosen = new Set();
  #anchor = null;
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  get size() {
    return this.#chosen.size;
  }

  get ids() {
    return [...this.#chosen];
  }

  has(id) {
    return this.#chosen.has(id);
  }

  toggle(id) {
    if (!this.#chosen.delete(id)) this.#chosen.add(id);
    this.#anchor = id;
    this.#changed();
  }

  /** From the last one that was clicked to this one, in the order of the grid. */
  extendTo(id, ids, indexOf) {
    const from = this.#anchor === null ? indexOf(id) : indexOf(this.#anchor);
    const to = indexOf(id);
    if (from < 0 || to < 0) return this.toggle(id);
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) this.#chosen.add(ids[i]);
    this.#changed();
  }

  add(ids) {
    for (const id of ids) this.#chosen.add(id);
    this.#changed();
  }

  remove(ids) {
    for (const id of ids) this.#chosen.delete(id);
    this.#changed();
  }

  set(ids) {
    this.#chosen = new Set(ids);
    this.#changed();
  }

  clear() {
    if (this.#chosen.size === 0) return;
    this.#chosen.clear();
    this.#changed();
  }

  /** Images that left the grid are not acted upon any more. */
  keepOnly(indexOf) {
    const before = this.#chosen.size;
    for (const id of this.#chosen) if (indexOf(id) < 0) this.#chosen.delete(id);
    if (this.#chosen.size !== before) this.#changed();
  }
}
