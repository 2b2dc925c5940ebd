// Tasks held for a time without a server, with their pictures in the browser's cache: fetched one after the other and not
// decoded, so that they cost neither memory nor the next picture's time.

import { fetchAhead } from './pictures.js';

const PAUSE_MS = 150;

export class Reserve {
  #tasks = [];
  #limit = 0;
  #isFetching = false;
  #isClosed = false;
  #ready;

  /** ready(count): so many of them can be shown without a server. */
  constructor(ready) {
    this.#ready = ready;
  }

  get tasks() {
    return this.#tasks;
  }

  /** How many to ask for now: none before a third is used up. */
  get lacking() {
    return this.#tasks.length * 3 < this.#limit * 2 ? this.#limit - this.#tasks.length : 0;
  }

  add(tasks) {
    // A decoded picture takes ten times the room of the file.
    for (const task of tasks) task.image = null;
    this.#tasks.push(...tasks);
    this.#changed();
  }

  /** The task of this image, no longer in reserve; null: it is not there. */
  take(imageId) {
    const place = this.#tasks.findIndex((t) => t.imageId === imageId);
    const task = place < 0 ? null : this.#tasks.splice(place, 1)[0];
    if (task) this.#changed();
    return task;
  }

  takeFirst(count = this.#tasks.length) {
    const tasks = this.#tasks.splice(0, count);
    this.#changed();
    return tasks;
  }

  /** Others need them, or few are left: gives those that are too many. */
  shrinkTo(limit) {
    this.#limit = limit;
    const surplus = this.#tasks.splice(limit);
    this.#changed();
    return surplus;
  }

  close() {
    this.#isClosed = true;
  }

  #changed() {
    this.#ready(this.#tasks.filter((t) => t.isFetched).length);
    this.#fetch();
  }

  async #fetch() {
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      for (let task = this.#next(); task; task = this.#next()) {
        await fetchAhead(task);
        task.isFetched = true;
        this.#ready(this.#tasks.filter((t) => t.isFetched).length);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } catch {
      // No server: the rest is fetched after the next change.
    } finally {
      this.#isFetching = false;
    }
  }

  #next() {
    return this.#isClosed ? null : this.#tasks.find((t) => !t.isFetched);
  }
}
