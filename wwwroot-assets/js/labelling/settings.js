// How this person likes to label, kept in the browser.

const DEFAULTS = { advance: true, blind: false, byScore: false };

export class Settings {
  #key;
  #usual;
  #own;

  /** isBlind: the project hides suggestions from everybody, whatever the person would choose. */
  constructor(projectId, order, isBlind) {
    this.isBlindForAll = isBlind;
    this.#key = `lsn-labelling-${projectId}`;
    this.#usual = { ...DEFAULTS, order };
    this.#own = this.#read();
  }

  get order() {
    return this.#value('order');
  }

  get advance() {
    return this.#value('advance');
  }

  get blind() {
    return this.isBlindForAll || this.#value('blind');
  }

  get byScore() {
    return this.#value('byScore');
  }

  set(name, value) {
    this.#own[name] = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#own));
    } catch {
      // Storage is off: the choice holds until the page is left.
    }
  }

  /** What was never chosen follows the project. */
  #value(name) {
    return this.#own[name] ?? this.#usual[name];
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? {};
    } catch {
      return {};
    }
  }
}
