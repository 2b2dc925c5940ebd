// One action on many images: a few requests, one undo.

import { address, post } from '../connection.js';
import { newId } from '../labelling/save-queue.js';

const CHUNK = 1000;

export class BulkActions {
  #done = [];

  constructor(projectId) {
    this.url = address(`api/v1/projects/${projectId}/`);
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  /** Gives how many were changed and, where some were not, why. */
  async decide(ids, kind, classOf) {
    const decisions = ids.map((imageId) => ({ id: newId(), imageId, kind, classId: classOf ? classOf(imageId) : null }));
    let saved = 0;
    let requests = 0;
    let problem = null;
    for (let i = 0; i < decisions.length; i += CHUNK) {
      const results = await post(`${this.url}labelling/decisions`, { decisions: decisions.slice(i, i + CHUNK), isOneAction: true });
      const good = results.filter((r) => r.outcome === 'Saved' || r.outcome === 'AlreadySaved').length;
      saved += good;
      requests += good > 0 ? 1 : 0;
      problem ??= results.find((r) => r.message)?.message ?? null;
    }
    if (requests > 0) this.#done.push(requests);
    return { saved, problem };
  }

  async undo() {
    const requests = this.#done.pop() ?? 1;
    let count = 0;
    for (let i = 0; i < requests; i++) {
      const result = await post(`${this.url}labelling/undo`, {});
      if (!result) break;
      count += result.imageCount;
    }
    return count;
  }

  async delete(ids) {
    let count = 0;
    for (let i = 0; i < ids.length; i += CHUNK) count += (await post(`${this.url}images/delete`, { imageIds: ids.slice(i, i + CHUNK) })).count;
    return count;
  }
}
