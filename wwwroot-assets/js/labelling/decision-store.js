// Decisions that the server has not acknowledged yet, in IndexedDB: they survive a reload, a crash and a closed laptop.

const request = (idb) => new Promise((resolve, reject) => {
  idb.onsuccess = () => resolve(idb.result);
  idb.onerror = () => reject(idb.error);
});

export class DecisionStore {
  #database = null;
  #lastSequence = 0;

  /** Falls back to memory where the browser forbids storage; isDurable then stays false. */
  async open() {
    try {
      const opening = indexedDB.open('labelstudio-decisions', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('decisions', { keyPath: 'id' });
      this.#database = await request(opening);
    } catch {
      this.#database = null;
    }
  }

  get isDurable() {
    return this.#database !== null;
  }

  /** The waiting decisions of one user in one project, oldest first. */
  async load(projectId, userId) {
    if (!this.#database) return [];
    const all = await request(this.#objects('readonly').getAll());
    const own = all.filter((d) => d.projectId === projectId && d.userId === userId);
    own.sort((a, b) => a.sequence - b.sequence);
    this.#lastSequence = Math.max(this.#lastSequence, ...own.map((d) => d.sequence));
    return own;
  }

  /** Rising also across reloads, so that order is kept. */
  nextSequence() {
    this.#lastSequence = Math.max(this.#lastSequence + 1, Date.now());
    return this.#lastSequence;
  }

  async put(decision) {
    if (this.#database) await request(this.#objects('readwrite').put(decision));
  }

  async remove(id) {
    if (this.#database) await request(this.#objects('readwrite').delete(id));
  }

  #objects(mode) {
    return this.#database.transaction('decisions', mode, { durability: 'strict' }).objectStore('decisions');
  }
}
