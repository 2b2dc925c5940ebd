// Which key does what for this person: the usual keys with the person's changes, which the server keeps.

import { address, get, post } from '../connection.js';
import { COMMANDS, isReserved, show } from './keys.js';

const URL = address('api/v1/keymap');
const OFF = 'lsn-keys-off';

export class Keymap {
  #changed;
  #byKey;

  constructor(changed = {}) {
    this.#use(changed);
  }

  /** The usual keys where the server does not answer: labelling must not wait for it. */
  static async load() {
    try {
      return new Keymap(await get(URL));
    } catch {
      return new Keymap();
    }
  }

  commandOf(key) {
    return this.#byKey.get(key) ?? null;
  }

  keysOf(command) {
    return this.#changed[command] ?? COMMANDS.find((c) => c.name === command).keys;
  }

  isChanged(command) {
    return command in this.#changed;
  }

  get changes() {
    return this.#changed;
  }

  /** Off means off: on every labelling page of this browser, also after a reload. */
  get areOff() {
    return localStorage.getItem(OFF) === 'true';
  }

  set areOff(value) {
    localStorage.setItem(OFF, String(value));
  }

  /** Why this key can't serve the command; null: it can. */
  problem(command, key, classes) {
    if (isReserved(key)) return `${show(key)} belongs to the browser.`;
    const other = this.#byKey.get(key);
    if (other && other !== command) return `${show(key)} is the key of “${COMMANDS.find((c) => c.name === other).text}”.`;
    const owner = classes.find((c) => c.hotkey?.toLowerCase() === key);
    return owner ? `${show(key)} is the key of the class ${owner.name}.` : null;
  }

  /** One key in place of those the command had. */
  rebind(command, key) {
    return this.#save({ ...this.#changed, [command]: [key] });
  }

  reset() {
    return this.#save({});
  }

  /** From a file; says what does not fit, or takes it whole. */
  async import(text, classes) {
    const { keys, fault } = parse(text);
    if (fault) return `Nothing was changed: ${fault}`;
    const next = new Keymap(keys);
    for (const { name } of COMMANDS) {
      for (const key of next.keysOf(name)) {
        const problem = next.problem(name, key, classes);
        if (problem) return `Nothing was changed: ${problem}`;
      }
    }
    await this.#save(keys);
    return null;
  }

  async #save(changed) {
    const { changes } = new Keymap(changed);
    await post(URL, changes);
    this.#use(changes);
  }

  #use(changed) {
    const isOwn = ({ name, keys }) => name in changed && changed[name].join() !== keys.join();
    this.#changed = Object.fromEntries(COMMANDS.filter(isOwn).map(({ name }) => [name, changed[name]]));
    this.#byKey = new Map();
    // The first in the list wins where a file gives a key twice; problem() then names it.
    for (const { name } of COMMANDS) for (const key of this.keysOf(name)) if (!this.#byKey.has(key)) this.#byKey.set(key, name);
  }
}

const PRESS = /^(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:\S|[A-Z][A-Za-z0-9]+)$/;

function parse(text) {
  let keys;
  try {
    keys = JSON.parse(text);
  } catch {
    keys = null;
  }
  if (!keys || typeof keys !== 'object' || Array.isArray(keys)) {
    return { fault: 'this file holds no keys. Choose one that was saved from this list.' };
  }
  for (const [name, list] of Object.entries(keys)) {
    if (!COMMANDS.some((c) => c.name === name)) return { fault: `“${name}” is no command of this page.` };
    if (!Array.isArray(list) || list.length === 0) return { fault: `“${name}” needs a list of keys.` };
    const wrong = list.find((key) => typeof key !== 'string' || !PRESS.test(key));
    if (wrong !== undefined) return { fault: `“${wrong}”, given for “${name}”, is no key.` };
  }
  return { keys };
}
