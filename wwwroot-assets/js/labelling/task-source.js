// Keeps a few tasks loaded ahead and more in reserve, follows the order of the queue, keeps the leases alive.

import { address, get, post, postOnLeave } from '../connection.js';
import { preload } from './pictures.js';
import { Reserve } from './reserve.js';
import { newId } from './save-queue.js';

const AHEAD = 5;
// The next pictures stay as they are, so that they are on screen at once; the ones behind may give way to better ones.
const KEPT = 2;
const HEARTBEAT_MS = 20000;
const RETRY_MS = 3000;
const LEARNING_MS = 5000;
const ASLEEP_MS = 90000;
// Of a stream that the person chose: as many as the server allows of the queue.
const LARGEST_RESERVE = 60;

export class TaskSource {
  #ahead = [];
  // Tasks for a time without a server; while there is one they compete for the next places like all others.
  #reserve;
  #isTaking = false;
  #isStale = false;
  #isExhausted = false;
  #timer = null;
  #retry = null;
  #givenBack = null;
  // By the clock on the wall: others stand still while a computer sleeps.
  #lastBeat = Date.now();
  // The newest lease this page knows of. Requests may overtake each other: what is given back is only what was held up to it.
  #lastLease = 0;
  #isClosed = false;
  // Tells the server for whom leases were: what is on its way to a page that was left goes back by itself.
  #page = newId();

  /** observer: { taken(answer), failed(error), heldIds(), undecidedIds(), wasDecidedSince(imageId, time), advised(advisers), lacksSuggestion(), shownId(), ready(count) } */
  /** stream: { recheck, again } in place of the queue: images labelled before a class existed, or those selected in the grid. */
  constructor(projectId, order, { recheck, again }, observer) {
    this.recheck = recheck;
    this.again = again;
    this.url = address(`api/v1/projects/${projectId}/labelling/`);
    this.order = order;
    this.observer = observer;
    this.#reserve = new Reserve((count) => observer.ready(count));
  }

  open() {
    this.#timer = setInterval(() => this.#tick(), HEARTBEAT_MS);
    this.onWake = () => {
      if (document.visibilityState === 'visible' && this.#hasSlept) this.#wokeUp();
    };
    document.addEventListener('visibilitychange', this.onWake);
    return this.refill();
  }

  close() {
    this.#isClosed = true;
    this.#reserve.close();
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    document.removeEventListener('visibilitychange', this.onWake);
    this.release();
  }

  /** Gives back what the page holds; the leases end by themselves where this does not arrive. */
  release() {
    // Decided images that are not saved yet stay leased: nobody else may have them before the decision arrives.
    const imageIds = [...this.observer.undecidedIds(), ...this.#aheadIds];
    postOnLeave(`${this.url}release`, { imageIds, lastLease: this.#lastLease, leftPage: this.#page });
    // Should the browser bring the page back, it is another one.
    this.#page = newId();
  }

  next() {
    if (this.#ahead.length === 0) this.#ahead = this.#reserve.takeFirst(AHEAD);
    for (const task of this.#ahead) preload(task);
    const task = this.#ahead.shift() ?? null;
    this.refill();
    return task;
  }

  get count() {
    return this.#aheadIds.length;
  }

  /** Pictures that did not come for want of a connection. */
  loadPictures() {
    for (const task of this.#ahead) preload(task);
  }

  /** The server had nothing left for this person; an answer that is still under way is no such news. */
  get isExhausted() {
    return this.#isExhausted;
  }

  /** Labels changed what is best to label next: choose the far ones anew. */
  reorder() {
    this.#isStale = !this.again;
    this.refill();
  }

  setOrder(order) {
    this.order = order;
    this.#giveBack(this.#takeAll());
    return this.refill();
  }

  /** An image to go back to, whatever its state; null: somebody else has it, or it is gone. */
  async one(imageId) {
    const place = this.#ahead.findIndex((t) => t.imageId === imageId);
    if (place >= 0) return this.#ahead.splice(place, 1)[0];
    const kept = this.#reserve.take(imageId);
    if (kept) return kept;
    const answer = await post(`${this.url}take`, { page: this.#page, order: this.order, images: [imageId], count: 1, held: this.observer.heldIds(), shown: imageId, suggestFor: [imageId] });
    const task = answer.tasks[0];
    if (!task) return null;
    this.#lastLease = Math.max(this.#lastLease, task.lease);
    return { ...task, suggestion: answer.suggestions[imageId], openComments: answer.openComments[imageId] ?? 0 };
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
      // The server hands out first what the person holds: what was given back must have arrived.
      await this.#givenBack;
      await this.#take();
      await this.#fillReserve();
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
    // A stream that the person chose has its own order: nothing is exchanged, and what is in reserve comes next.
    if (this.again) this.#ahead.push(...this.#reserve.takeFirst(AHEAD - this.#ahead.length));
    const kept = this.again ? [...this.#ahead] : this.#ahead.slice(0, KEPT);
    const replaceable = this.#ahead.slice(kept.length);
    const competing = [...replaceable, ...this.#reserve.tasks];
    const asked = this.again?.next(AHEAD - kept.length);
    const held = [...this.observer.heldIds(), ...kept.map((t) => t.imageId)];
    const askedAt = performance.now();
    const answer = await post(`${this.url}take`, {
      page: this.#page,
      order,
      recheck: this.recheck,
      images: asked,
      count: AHEAD - kept.length,
      held,
      replaceable: competing.map((t) => t.imageId),
      shown: this.observer.shownId(),
      suggestFor: [...held, ...replaceable.map((t) => t.imageId)].slice(-12),
    });
    this.#lastLease = Math.max(this.#lastLease, ...answer.tasks.map((t) => t.lease));
    this.again?.took(asked, answer.tasks, AHEAD - kept.length);
    if (order !== this.order) {
      this.again?.putBack(answer.tasks);
      this.#giveBack(answer.tasks);
      this.#isStale = true;
      return;
    }
    // While the answer was on its way the person went on: what was shown or decided meanwhile must not come again.
    const shown = new Set(this.observer.heldIds());
    const old = new Map([...this.#ahead, ...this.#reserve.tasks].map((t) => [t.imageId, t]));
    const stay = this.#ahead.filter((t) => kept.includes(t));
    const stayIds = new Set(stay.map((t) => t.imageId));
    const fresh = answer.tasks.filter((t) => !shown.has(t.imageId) && !stayIds.has(t.imageId)
      && !this.observer.wasDecidedSince(t.imageId, askedAt));
    this.#ahead = [...stay, ...fresh.map((t) => this.#merge(old.get(t.imageId), t))];
    // What was exchanged goes behind the reserve, also what the person came to in it while the answer was on its way.
    const aheadIds = new Set(this.#ahead.map((t) => t.imageId));
    for (const id of aheadIds) this.#reserve.take(id);
    const inReserve = new Set(this.#reserve.tasks);
    this.#reserve.add([...old.values()].filter((t) => !aheadIds.has(t.imageId) && !inReserve.has(t)));
    // Fewer than asked for: what the answer lacks of the reserve got a label elsewhere.
    if (answer.tasks.length < AHEAD - kept.length) this.#giveBack(this.#reserve.takeFirst());
    this.#giveBack(this.#reserve.shrinkTo(this.#reserveLimit(answer)));
    this.#isExhausted = answer.tasks.length === 0 && this.#ahead.length === 0 && !(this.again?.left > 0);
    // All that came was seen meanwhile: there may be more behind it.
    if (this.#ahead.length === 0 && !this.#isExhausted) this.#isStale = true;
    this.#complete(this.#ahead, answer);
    for (const task of this.#ahead) preload(task);
    this.observer.advised(answer.advisers);
    this.observer.taken(answer);
    if (this.#isExhausted) this.#retry = setTimeout(() => this.refill(), RETRY_MS);
    // The model may learn, or the images be read, while the person looks at the first one.
    else if (this.observer.lacksSuggestion()) this.#retry = setTimeout(() => this.reorder(), LEARNING_MS);
  }

  /** Of images that others may look at again too, no more than half. */
  #reserveLimit(answer) {
    if (this.again) return Math.min(LARGEST_RESERVE, this.again.left + this.#reserve.tasks.length);
    if (this.recheck) return Math.min(LARGEST_RESERVE, Math.floor(answer.recheckLeft / 2));
    return answer.queue.reserve;
  }

  /** All that was not shown yet; of a stream that the person chose it comes again. */
  #takeAll() {
    const tasks = [...this.#ahead.splice(0), ...this.#reserve.takeFirst()];
    this.again?.putBack(tasks);
    return tasks;
  }

  get #aheadIds() {
    return [...this.#ahead, ...this.#reserve.tasks].map((t) => t.imageId);
  }

  /** Seldom and many at a time: what is best changes with each label, but without a server any image will do. */
  async #fillReserve() {
    const count = this.#reserve.lacking;
    if (count === 0 || this.#isClosed) return;
    const order = this.order;
    const asked = this.again?.next(count);
    const answer = await post(`${this.url}take`, { page: this.#page, order, recheck: this.recheck, images: asked, count, held: [...this.observer.heldIds(), ...this.#aheadIds], shown: this.observer.shownId() });
    this.again?.took(asked, answer.tasks, count);
    this.#lastLease = Math.max(this.#lastLease, ...answer.tasks.map((t) => t.lease));
    const known = new Set([...this.observer.heldIds(), ...this.#aheadIds]);
    const fresh = answer.tasks.filter((t) => !known.has(t.imageId));
    if (order !== this.order) {
      this.again?.putBack(fresh);
      return this.#giveBack(fresh);
    }
    this.#complete(fresh, answer);
    this.#reserve.add(fresh);
    this.#giveBack(this.#reserve.shrinkTo(this.#reserveLimit(answer)));
  }

  #complete(tasks, answer) {
    for (const task of tasks) {
      const suggestion = answer.suggestions[task.imageId];
      if (suggestion) task.suggestion = suggestion;
      task.openComments = answer.openComments[task.imageId] ?? 0;
    }
  }

  #merge(old, task) {
    return old ? Object.assign(old, task) : task;
  }

  #giveBack(tasks) {
    if (tasks.length === 0) return;
    const sent = post(`${this.url}release`, { imageIds: tasks.map((t) => t.imageId), lastLease: this.#lastLease }).catch(() => {});
    this.#givenBack = Promise.all([this.#givenBack, sent]);
  }

  /** The heartbeat itself may be the first to run after a closed laptop, and the page was visible all the time. */
  #tick() {
    if (this.#hasSlept) this.#wokeUp();
    else this.#beat();
  }

  get #hasSlept() {
    return Date.now() - this.#lastBeat > ASLEEP_MS;
  }

  #beat() {
    this.#lastBeat = Date.now();
    const imageIds = [...this.observer.heldIds(), ...this.#aheadIds];
    if (imageIds.length === 0) return;
    post(`${this.url}heartbeat`, { page: this.#page, imageIds, shown: this.observer.shownId() })
      .then(({ reserve, advisers }) => {
        if (!this.recheck && !this.again) this.#giveBack(this.#reserve.shrinkTo(reserve));
        this.observer.advised(advisers);
      })
      .catch(() => {});
  }

  /** After a closed laptop the leases have run out and others may have had the images. */
  #wokeUp() {
    this.#takeAll();
    this.#beat();
    this.refill();
  }
}
