// One action on many images: one request for each class given, one undo for all.

import { address, post } from '../connection.js';

const CHUNK = 5000;

export class BulkActions {
  #done = [];

  constructor(projectId) {
    this.url = address(`api/v1/projects/${projectId}/`);
  }

  /** Gives how many images were changed. */
  async decide(ids, kind, classOf) {
    const byClass = groupBy(ids, (id) => classOf?.(id) ?? null);
    let count = 0;
    let requests = 0;
    try {
      for (const [classId, imageIds] of byClass) {
        for (let i = 0; i < imageIds.length; i += CHUNK) {
          count += (await post(`${this.url}labelling/bulk`, { imageIds: imageIds.slice(i, i + CHUNK), kind, classId })).count;
          requests += 1;
        }
      }
    } finally {
      // What was done before a failure can be taken back too.
      if (requests > 0) this.#done.push(requests);
    }
    return count;
  }

  async undo() {
    const requests = this.#done.pop() ?? 1;
    let count = 0;
    let message = null;
    for (let i = 0; i < requests; i++) {
      const result = await post(`${this.url}labelling/undo`, {});
      if (!result) break;
      count += result.imageCount;
      message ??= result.message;
    }
    return { count, message };
  }

  async move(ids, split) {
    let count = 0;
    for (let i = 0; i < ids.length; i += CHUNK) count += (await post(`${this.url}images/split`, { imageIds: ids.slice(i, i + CHUNK), split })).count;
    return count;
  }

  async delete(ids) {
    let count = 0;
    for (let i = 0; i < ids.length; i += CHUNK) count += (await post(`${this.url}images/delete`, { imageIds: ids.slice(i, i + CHUNK) })).count;
    return count;
  }
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}
