// How this person likes to label, kept in the browser.

const DEFAULTS = { advance: true, blind: false, byScore: false };

export class Settings {
  #key;
  #values;

  constructor(projectId, order) {
    this.#key = `lsn-labelling-${projectId}`;
    this.#values = { ...DEFAULTS, order, ...this.#read() };
  }

  get order() {
    return this.#values.order;
  }

  get advance() {
    return this.#values.advance;
  }

  get blind() {
    return this.#values.blind;
  }

  get byScore() {
    return this.#values.byScore;
  }

  set(name, value) {
    this.#values[name] = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#values));
    } catch {
      // Storage is off: the choice holds until the page is left.
    }
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? {};
    } catch {
      return {};
    }
  }
}
