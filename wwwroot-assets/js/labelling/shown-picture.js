// The picture on screen: one that waits for the connection is asked for again until it comes.

import { isWaiting, pictureUrl, preload } from './pictures.js';

const RETRY_MS = 3000;

export class ShownPicture {
  #task = null;
  #timer = null;

  constructor(viewer, panels) {
    this.viewer = viewer;
    this.panels = panels;
  }

  show(task) {
    clearTimeout(this.#timer);
    preload(task);
    // What was said of the image before does not hold for this one; between two tries of the same it still does.
    if (this.#task !== task) this.panels.showPicture('loading');
    this.#task = task;
    this.viewer.show(task.image, { widthPx: task.widthPx, heightPx: task.heightPx, url: pictureUrl(task, 'full') });
    const { loaded } = task;
    loaded.then(() => {
      if (this.#task !== task || task.loaded !== loaded) return;
      this.panels.showPicture(task.picture);
      if (isWaiting(task)) this.#timer = setTimeout(() => this.show(task), RETRY_MS);
    });
  }

  /** The server can be reached again. */
  retry() {
    if (this.#task && isWaiting(this.#task)) this.show(this.#task);
  }

  clear() {
    this.#forget();
    this.viewer.clear();
  }

  close() {
    this.#forget();
    this.viewer.close();
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#task = null;
  }
}
