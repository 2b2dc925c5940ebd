// Keeps a few tasks loaded ahead, follows the order of the queue, keeps the leases alive.

import { address, get, post, postOnLeave } from '../connection.js';

const AHEAD = 5;
// The next pictures stay as they are, so that they are on screen at once; the ones behind may give way to better ones.
const KEPT = 2;
const HEARTBEAT_MS = 40000;
const RETRY_MS = 3000;
const ASLEEP_MS = 90000;

export class TaskSource {
  #ahead = [];
  #isTaking = false;
  #isStale = false;
  #isExhausted = false;
  #timer = null;
  #retry = null;
  #lastBeat = performance.now();
  #isClosed = false;

  /** observer: { taken(answer), failed(error), heldIds(), wasDecidedSince(imageId, time) } */
  constructor(projectId, order, recheck, observer) {
    this.recheck = recheck;
    this.url = address(`api/v1/projects/${projectId}/labelling/`);
    this.order = order;
    this.observer = observer;
  }

  open() {
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.onWake = () => {
      if (document.visibilityState === 'visible' && performance.now() - this.#lastBeat > ASLEEP_MS) this.#wokeUp();
    };
    document.addEventListener('visibilitychange', this.onWake);
    return this.refill();
  }

  close() {
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    document.removeEventListener('visibilitychange', this.onWake);
    this.release();
  }

  /** Gives back what the page holds; the leases end by themselves where this does not arrive. */
  release() {
    const imageIds = [...this.observer.heldIds(), ...this.#ahead.map((t) => t.imageId)];
    if (imageIds.length > 0) postOnLeave(`${this.url}release`, { imageIds });
  }

  next() {
    const task = this.#ahead.shift() ?? null;
    this.refill();
    return task;
  }

  get count() {
    return this.#ahead.length;
  }

  /** The server had nothing left for this person; an answer that is still under way is no such news. */
  get isExhausted() {
    return this.#isExhausted;
  }

  /** Labels changed what is best to label next: choose the far ones anew. */
  reorder() {
    this.#isStale = true;
    this.refill();
  }

  setOrder(order) {
    this.order = order;
    this.#giveBack(this.#ahead.splice(0));
    return this.refill();
  }

  recent(count) {
    return get(`${this.url}recent?count=${count}`);
  }

  async refill() {
    if (this.#isTaking || this.#isClosed) return;
    if (this.#ahead.length >= AHEAD && !this.#isStale) return;
    this.#isTaking = true;
    this.#isStale = false;
    clearTimeout(this.#retry);
    try {
      await this.#take();
      if (this.#isStale) queueMicrotask(() => this.refill());
    } catch (error) {
      this.observer.failed(error);
      this.#retry = setTimeout(() => this.refill(), RETRY_MS);
    } finally {
      this.#isTaking = false;
    }
  }

  async #take() {
    const order = this.order;
    const kept = this.#ahead.slice(0, KEPT);
    const replaceable = this.#ahead.slice(KEPT);
    const held = [...this.observer.heldIds(), ...kept.map((t) => t.imageId)];
    const askedAt = performance.now();
    const answer = await post(`${this.url}take`, {
      order,
      recheck: this.recheck,
      count: AHEAD - kept.length,
      held,
      replaceable: replaceable.map((t) => t.imageId),
      suggestFor: [...held, ...replaceable.map((t) => t.imageId)].slice(-12),
    });
    if (order !== this.order) {
      this.#giveBack(answer.tasks);
      this.#isStale = true;
      return;
    }
    // While the answer was on its way the person went on: what was shown or decided meanwhile must not come again.
    const shown = new Set(this.observer.heldIds());
    const old = new Map(this.#ahead.map((t) => [t.imageId, t]));
    const stay = this.#ahead.filter((t) => kept.includes(t));
    const stayIds = new Set(stay.map((t) => t.imageId));
    const fresh = answer.tasks.filter((t) => !shown.has(t.imageId) && !stayIds.has(t.imageId)
      && !this.observer.wasDecidedSince(t.imageId, askedAt));
    this.#ahead = [...stay, ...fresh.map((t) => this.#merge(old.get(t.imageId), t))];
    this.#isExhausted = answer.tasks.length === 0 && this.#ahead.length === 0;
    // All that came was seen meanwhile: there may be more behind it.
    if (this.#ahead.length === 0 && !this.#isExhausted) this.#isStale = true;
    for (const task of this.#ahead) {
      const suggestion = answer.suggestions[task.imageId];
      if (suggestion) task.suggestion = suggestion;
      task.openComments = answer.openComments[task.imageId] ?? 0;
      preload(task);
    }
    this.observer.taken(answer);
    if (this.#isExhausted) this.#retry = setTimeout(() => this.refill(), RETRY_MS);
  }

  #merge(old, task) {
    return old ? Object.assign(old, task) : task;
  }

  #giveBack(tasks) {
    if (tasks.length > 0) post(`${this.url}release`, { imageIds: tasks.map((t) => t.imageId) }).catch(() => {});
  }

  #beat() {
    this.#lastBeat = performance.now();
    const imageIds = [...this.observer.heldIds(), ...this.#ahead.map((t) => t.imageId)];
    if (imageIds.length > 0) post(`${this.url}heartbeat`, { imageIds }).catch(() => {});
  }

  /** After a closed laptop the leases have run out and others may have had the images. */
  #wokeUp() {
    this.#ahead.length = 0;
    this.#beat();
    this.refill();
  }
}

/** Loads and decodes the picture, so that showing it later costs one frame. */
export function preload(task) {
  if (task.image) return;
  const image = new Image();
  image.alt = '';
  image.src = pictureUrl(task, 'view');
  task.image = image;
  task.isBroken = false;
  task.loaded = image.decode().catch(() => {
    // decode() also fails where the element left the page; complete and 0 wide means a broken picture.
    task.isBroken = image.complete && image.naturalWidth === 0;
  });
}

export const pictureUrl = (task, variant) => address(`images/${task.imageId}/${variant}?v=${task.sha256}`);
