// Delivers decisions once and in order. A key press only adds here; it never waits for the server.

import { HttpError, currentUserId, post, postOnLeave } from '../connection.js';
import { DecisionStore } from './decision-store.js';
import { isAboutLabel, stateOnServer } from './decisions.js';

const BATCH = 50;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;

export class SaveQueue {
  #store = new DecisionStore();
  #waiting = [];
  #problems = [];
  #isRunning = false;
  #isClosed = false;
  #wake = null;
  #status = 'saved';

  /** observer: { changed(state), saved(decision, result), setAside(decision, result) } */
  constructor(url, projectId, userId, observer) {
    this.url = url;
    this.projectId = projectId;
    this.userId = userId;
    this.observer = observer;
  }

  async open() {
    await this.#store.open();
    const left = await this.#store.load(this.projectId, this.userId);
    this.#waiting.push(...left.filter((d) => !d.problem));
    this.#problems.push(...left.filter((d) => d.problem));
    this.#tell();
    this.#run();
  }

  /** The page is being left: what waits goes out in a request that outlives it. Sent twice it is saved once. */
  flush() {
    if (this.#waiting.length > 0) postOnLeave(this.url, { decisions: this.#nextBatch().map(toWire) });
  }

  close() {
    this.flush();
    this.#isClosed = true;
    this.#wake?.();
  }

  get waitingCount() {
    return this.#waiting.length;
  }

  get problems() {
    return this.#problems;
  }

  get isDurable() {
    return this.#store.isDurable;
  }

  /** Images with a decision that the server may not know of yet: not to be handed out again. */
  get pendingIds() {
    return [...new Set(this.#waiting.map((d) => d.imageId))];
  }

  /** The last decision on this image that has no acknowledged version yet. */
  pendingOf(imageId) {
    return this.#waiting.findLast((d) => d.imageId === imageId) ?? null;
  }

  add(decision) {
    // Another choice for the image is the answer to what was asked about it.
    if (isAboutLabel(decision.kind)) this.#drop(this.#problems.filter((d) => d.imageId === decision.imageId));
    // A second decision on an image expects the version that the first one makes, known only when that is saved.
    const before = this.pendingOf(decision.imageId);
    const entry = {
      ...decision,
      after: before?.id ?? null,
      projectId: this.projectId,
      userId: this.userId,
      sequence: this.#store.nextSequence(),
    };
    this.#waiting.push(entry);
    this.#store.put(entry).catch(() => {});
    this.#tell();
    this.#run();
  }

  retryNow() {
    this.#wake?.();
  }

  /** The annotator's answer to a conflict: 'keep' the other label, 'use' the own one, or 'review': keep it, marked for a second look. Gives what is sent then. */
  resolve(id, answer) {
    const entry = this.#problems.find((d) => d.id === id);
    if (!entry) return null;
    this.#drop([entry]);
    const { problem, ...decision } = entry;
    const again = { ...decision, id: newId(), expectedVersion: problem.labelVersion, before: stateOnServer(decision, problem) };
    if (answer === 'review') Object.assign(again, { kind: 'Flag', classId: null, classIds: null });
    if (answer === 'keep') this.#tell();
    else this.add(again);
    return answer === 'keep' ? null : again;
  }

  #drop(problems) {
    this.#problems = this.#problems.filter((d) => !problems.includes(d));
    for (const { id } of problems) this.#store.remove(id).catch(() => {});
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    let delay = FIRST_RETRY_MS;
    while (!this.#isClosed && this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        const results = await post(this.url, { decisions: batch.map(toWire) });
        this.#acknowledge(batch, results);
        delay = FIRST_RETRY_MS;
        this.#tell('saved');
      } catch (error) {
        if (error instanceof HttpError && !error.isTemporary) {
          for (const entry of batch) this.#setAside(entry, { outcome: 'Refused', message: error.message });
          this.#tell('saved');
          continue;
        }
        this.#tell(error.status === 401 ? 'signed-out' : 'offline');
        await this.#pause(delay);
        delay = Math.min(delay * 2, LONGEST_RETRY_MS);
        await this.#checkUser();
      }
    }
    this.#isRunning = false;
  }

  /** In order; ends before a decision whose expected version is not known yet. */
  #nextBatch() {
    const batch = [];
    const ids = new Set();
    for (const entry of this.#waiting) {
      if (batch.length === BATCH || (entry.after && ids.has(entry.after))) break;
      batch.push(entry);
      ids.add(entry.id);
    }
    return batch;
  }

  #acknowledge(batch, results) {
    const byId = new Map(results.map((r) => [r.decisionId, r]));
    for (const entry of batch) {
      const result = byId.get(entry.id);
      if (!result) throw new HttpError(0, 'The server left a decision unanswered.');
      if (result.outcome === 'Saved' || result.outcome === 'AlreadySaved') {
        this.#waiting = this.#waiting.filter((d) => d !== entry);
        this.#store.remove(entry.id).catch(() => {});
        for (const next of this.#waiting.filter((d) => d.after === entry.id)) {
          next.after = null;
          next.expectedVersion = result.labelVersion;
          this.#store.put(next).catch(() => {});
        }
        this.observer.saved(entry, result);
      } else {
        this.#setAside(entry, result);
      }
    }
  }

  /** Kept and shown until the annotator has decided; later decisions on the same image replace it. */
  #setAside(entry, result) {
    const chain = this.#waiting.filter((d) => d.imageId === entry.imageId);
    const last = chain.at(-1) ?? entry;
    this.#waiting = this.#waiting.filter((d) => d.imageId !== entry.imageId);
    for (const d of chain) if (d !== last) this.#store.remove(d.id).catch(() => {});
    last.problem = result;
    last.after = null;
    this.#problems.push(last);
    this.#store.put(last).catch(() => {});
    this.observer.setAside(entry, result);
  }

  /** Decisions of one person are never delivered in the name of another who signed in meanwhile. */
  async #checkUser() {
    try {
      while (!this.#isClosed && (await currentUserId()) !== this.userId) {
        this.#tell('other-user');
        await this.#pause(LONGEST_RETRY_MS);
      }
    } catch {
      // Still no server or no sign-in: the loop tries again.
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tell(status = this.#status) {
    this.#status = status;
    this.observer.changed({ status, waiting: this.#waiting.length, problems: this.#problems });
  }
}

/** crypto.randomUUID exists on https and localhost only; many run this on a plain http address of their own network. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const toWire = (d) => ({
  id: d.id,
  imageId: d.imageId,
  kind: d.kind,
  classId: d.classId,
  classIds: d.classIds,
  expectedVersion: d.expectedVersion,
  suggestedClassId: d.suggestedClassId,
  suggestedProbability: d.suggestedProbability,
  suggestionSource: d.suggestionSource,
  leadTimeMs: d.leadTimeMs,
  discardReason: d.discardReason,
});
