// How long the person has looked at the image on screen.

const LIMIT_MS = 600000;

export class LookTime {
  #since = 0;
  #hiddenSince = null;

  restart() {
    this.#since = performance.now();
  }

  /** Null: nothing was shown yet. */
  get ms() {
    return this.#since > 0 ? Math.min(LIMIT_MS, Math.round(performance.now() - this.#since)) : null;
  }

  /** Time in a hidden tab is not time spent on an image. */
  visibilityChanged() {
    if (document.visibilityState === 'hidden') this.#hiddenSince = performance.now();
    else if (this.#hiddenSince !== null) {
      this.#since += performance.now() - this.#hiddenSince;
      this.#hiddenSince = null;
    }
  }
}
