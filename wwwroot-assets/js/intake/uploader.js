// Sends files a few at a time, several requests at once, and keeps a result for each.

import { HttpError, post } from '../connection.js';

const FILES_A_REQUEST = 8;
const BYTES_A_REQUEST = 24 * 1024 * 1024;
const IN_FLIGHT = 3;
const TRIES = 4;
const FIRST_RETRY_MS = 1000;

export class Uploader {
  #queue = [];
  #active = 0;
  #abort = new AbortController();
  #finish = null;

  /** limits: { maxFileBytes }; onResult(item) is called for each file that has an outcome. */
  constructor(url, limits, onResult) {
    this.url = url;
    this.limits = limits;
    this.onResult = onResult;
  }

  /** Resolves when every file has an outcome. */
  send(items) {
    this.#abort = new AbortController();
    for (const item of items) {
      if (item.file.size > this.limits.maxFileBytes) this.#settle(item, 'Refused', `The file has ${megabytes(item.file.size)}; at most ${megabytes(this.limits.maxFileBytes)} are taken in. Make it smaller.`);
      else if (item.file.size === 0) this.#settle(item, 'Refused', 'The file is empty.');
      else this.#queue.push(item);
    }
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#pump();
    });
  }

  /** What is on its way is stopped; what arrived stays. */
  cancel() {
    const rest = this.#queue.splice(0);
    this.#abort.abort();
    for (const item of rest) this.#settle(item, 'Cancelled', 'Not sent.');
  }

  #pump() {
    while (this.#active < IN_FLIGHT && this.#queue.length > 0) {
      this.#active += 1;
      this.#sendChunk(this.#nextChunk()).finally(() => {
        this.#active -= 1;
        this.#pump();
      });
    }
    if (this.#active === 0 && this.#queue.length === 0) this.#finish?.();
  }

  #nextChunk() {
    const chunk = [];
    let bytes = 0;
    while (this.#queue.length > 0 && chunk.length < FILES_A_REQUEST) {
      const next = this.#queue[0];
      if (chunk.length > 0 && bytes + next.file.size > BYTES_A_REQUEST) break;
      bytes += next.file.size;
      chunk.push(this.#queue.shift());
    }
    return chunk;
  }

  async #sendChunk(chunk) {
    const { signal } = this.#abort;
    for (let attempt = 1; ; attempt++) {
      try {
        const form = new FormData();
        for (const item of chunk) form.append('files', item.file, item.path);
        const results = await post(this.url, form, { signal });
        chunk.forEach((item, i) => this.#settle(item, results[i].outcome, results[i].reason, results[i].imageId));
        return;
      } catch (error) {
        if (error.name === 'AbortError') return chunk.forEach((item) => this.#settle(item, 'Cancelled', 'Not sent.'));
        // A file that was moved or changed since it was chosen can't be read: find it by sending one at a time.
        if (chunk.length > 1 && attempt >= 2) this.#queue.unshift(...chunk.splice(1));
        if (!(error instanceof HttpError) || !error.isTemporary || attempt >= TRIES) {
          return chunk.forEach((item) => this.#settle(item, 'Failed', error.message));
        }
        await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS * 2 ** (attempt - 1)));
      }
    }
  }

  #settle(item, outcome, reason, imageId = null) {
    Object.assign(item, { outcome, reason, imageId });
    this.onResult(item);
  }
}

export const megabytes = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`);
