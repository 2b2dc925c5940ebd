// One action on many images: one request for each label given, or a job for very many; one undo for all.

import { address, post } from '../connection.js';
import { BulkJobs } from './bulk-jobs.js';

const CHUNK = 5000;

/** More images than this are changed by a job: a request would keep the person waiting. */
const JOB_FROM = 3000;

export class BulkActions {
  /** Actions of this page, each { undo(), redo() }. */
  #done = [];
  #undone = [];

  constructor(projectId, onProgress, signal) {
    this.url = address(`api/v1/projects/${projectId}/`);
    this.jobs = new BulkJobs(projectId, signal);
    this.onProgress = onProgress;
  }

  isLarge(ids) {
    return ids.length > JOB_FROM;
  }

  /** What these images are now: { unlabelled, discarded, byClass }. */
  count(ids) {
    return post(`${this.url}images/counts`, { imageIds: ids });
  }

  /** Follows a job that was begun before the page was opened to its end. */
  async resume() {
    const job = await this.jobs.follow(this.onProgress);
    // Which images it moved is not known here: they can be moved back, and not there again.
    if (job?.changed > 0 && job.action !== 'Trash') {
      this.#did(['Decide', 'Import'].includes(job.action) ? this.#decisions(1) : { undo: () => this.#undoMoves(job.moveIds), redo: () => this.#again(() => 0) });
    }
    return job;
  }

  /**
   * how: { classOf(id), set: { classIds, change }, versionOf(id), onlyUnlabelled, asOf }; set: where images may have several
   * classes, in place of one for each. Gives { count, leftOut, leftOutIds }: how many images were
   * changed, how many somebody decided upon meanwhile, and which (the first of very many).
   */
  async decide(ids, kind, { classOf, set = null, versionOf, onlyUnlabelled = false, asOf = null } = {}) {
    const parts = [...groupBy(ids, (id) => classOf?.(id) ?? null)]
      .map(([classId, imageIds]) => ({ classId, ...set, imageIds, versions: versionOf ? imageIds.map((id) => versionOf(id) ?? null) : null }));
    if (this.isLarge(ids)) {
      const job = await this.#job({ action: 'Decide', kind, parts, onlyUnlabelled, asOf }, ids);
      return { count: job?.changed ?? 0, leftOut: job?.leftOut ?? 0, leftOutIds: job?.leftOutIds ?? [] };
    }
    let count = 0;
    const leftOutIds = [];
    let requests = 0;
    try {
      for (const part of parts) {
        const answer = await post(`${this.url}labelling/bulk`, { ...part, kind, onlyUnlabelled, asOf });
        count += answer.count;
        leftOutIds.push(...(answer.leftOut ?? []));
        if (answer.count > 0) requests += 1;
      }
    } finally {
      // What was done before a failure can be taken back too.
      if (requests > 0) this.#did(this.#decisions(requests));
    }
    return { count, leftOut: leftOutIds.length, leftOutIds };
  }

  /** Takes back the last thing done here; where nothing was, the person's last decision. Gives { count, message }. */
  async undo() {
    const action = this.#done.pop() ?? this.#decisions(1);
    const result = await action.undo();
    this.#undone.push(action);
    return result;
  }

  /** Does again what was taken back last here; where nothing was, the person's last undone decision. */
  async redo() {
    const action = this.#undone.pop() ?? this.#decisions(1);
    const [later, before] = [this.#undone, this.#done.length];
    const result = await action.redo();
    this.#undone = later;
    if (this.#done.length === before && result.count > 0) this.#done.push(action);
    return result;
  }

  async move(ids, split) {
    if (this.isLarge(ids)) return (await this.#job({ action: 'Split', split, parts: [{ imageIds: ids }] }, ids))?.changed ?? 0;
    const moves = [];
    let count = 0;
    try {
      await inParts(ids, async (imageIds) => {
        const moved = await post(`${this.url}images/split`, { imageIds, split });
        if (moved.moveId) moves.push(moved.moveId);
        count += moved.count;
      });
    } finally {
      if (moves.length > 0) this.#did({ undo: () => this.#undoMoves(moves), redo: () => this.#again(() => this.move(ids, split)) });
    }
    return count;
  }

  /** Into the trash. */
  async delete(ids) {
    if (this.isLarge(ids)) return (await this.#job({ action: 'Trash', parts: [{ imageIds: ids }] }, ids))?.changed ?? 0;
    let count = 0;
    try {
      await inParts(ids, async (imageIds) => (count += (await post(`${this.url}images/delete`, { imageIds })).count));
    } finally {
      if (count > 0) this.#did({ undo: () => this.#restore(ids), redo: () => this.#again(() => this.delete(ids)) });
    }
    return count;
  }

  /** The job at its end; null: the page was left. */
  async #job(order, ids) {
    const job = await this.jobs.run(order, this.onProgress);
    if (!job) return null;
    this.#remember(job, order, ids);
    if (job.state === 'Failed') throw new Error(job.problem);
    return job;
  }

  #remember(job, order, ids) {
    if (job.changed === 0) return;
    const actions = {
      Decide: () => this.#decisions(1),
      Split: () => ({ undo: () => this.#undoMoves(job.moveIds), redo: () => this.#again(() => this.move(ids, order.split)) }),
      Trash: () => ({ undo: () => this.#restore(ids), redo: () => this.#again(() => this.delete(ids)) }),
    };
    this.#did(actions[job.action]());
  }

  #did(action) {
    this.#done.push(action);
    this.#undone = [];
  }

  #decisions(requests) {
    return { undo: () => this.#revert('undo', requests), redo: () => this.#revert('redo', requests) };
  }

  async #again(act) {
    return { count: await act(), message: null };
  }

  async #revert(how, requests) {
    let count = 0;
    let message = null;
    for (let i = 0; i < requests; i++) {
      const result = await post(`${this.url}labelling/${how}`, {});
      if (!result) break;
      count += result.imageCount;
      message ??= result.message;
    }
    return { count, message };
  }

  async #undoMoves(moves) {
    let count = 0;
    for (const moveId of moves) count += (await post(`${this.url}images/split/undo`, { moveId })).count;
    return { count, message: null };
  }

  async #restore(ids) {
    let count = 0;
    await inParts(ids, async (imageIds) => (count += (await post(`${this.url}images/restore`, { imageIds })).restored));
    return { count, message: null };
  }
}

async function inParts(ids, work) {
  for (let i = 0; i < ids.length; i += CHUNK) await work(ids.slice(i, i + CHUNK));
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
