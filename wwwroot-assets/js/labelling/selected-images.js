// Images chosen in the grid to be looked at again one by one: handed over in this tab, so that no address grows with their number.

import { address, get } from '../connection.js';

const keyOf = (projectId) => `lsn-again-${projectId}`;

export function handOver(projectId, imageIds) {
  sessionStorage.setItem(keyOf(projectId), JSON.stringify(imageIds));
}

/** The stream of them: asks for the next few until all were handed out. Others may hold some; these are passed over. */
export class SelectedImages {
  #left;
  #projectId;

  constructor(projectId) {
    this.#projectId = projectId;
    this.#left = JSON.parse(sessionStorage.getItem(keyOf(projectId)) ?? '[]');
  }

  /** Those that the person skipped, in place of a selection. */
  async readSkipped() {
    this.#left = [];
    this.#left = await get(address(`api/v1/projects/${this.#projectId}/labelling/skipped`));
  }

  get left() {
    return this.#left.length;
  }

  /** Handed out, and not shown after all: they come next. */
  putBack(tasks) {
    this.#left.unshift(...tasks.map((task) => task.imageId));
  }

  next(count) {
    return this.#left.slice(0, count * 2);
  }

  /** asked: what next(count) gave; taken: what the server handed out of it. Fewer than wished: others hold the rest. */
  took(asked, taken, count) {
    const gone = new Set(taken.length < count ? asked : taken.map((task) => task.imageId));
    this.#left = this.#left.filter((id) => !gone.has(id));
  }
}
