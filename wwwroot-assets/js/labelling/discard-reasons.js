// Offers to say why an image was discarded: a row that goes by itself and that nobody has to look at.

import { element } from '../dom.js';

const REASONS = ['blurred', 'wrong subject', 'duplicate'];
const SHOWN_MS = 8000;

export class DiscardReasons {
  #task = null;
  #timer = null;

  /** explain(task, reason): the row was left; without a reason where none was chosen. */
  constructor(row, explain) {
    this.row = row;
    this.explain = explain;
    this.name = row.querySelector('[data-reason-for]');
    this.menu = row.querySelector('[role=menu]');
    this.other = row.querySelector('input');
    const items = REASONS.map((reason, place) => this.#item(reason, place + 1, () => this.#choose(reason)));
    this.menu.replaceChildren(...items, this.#item('other …', REASONS.length + 1, () => this.#write()));
    this.menu.addEventListener('keydown', (e) => this.#menuKey(e));
    this.other.addEventListener('keydown', (e) => this.#inputKey(e));
    row.addEventListener('focusin', () => clearTimeout(this.#timer));
    row.addEventListener('focusout', () => this.#wait());
  }

  offer(task) {
    this.#task = task;
    this.name.textContent = task.fileName;
    this.other.hidden = true;
    this.menu.hidden = false;
    this.row.hidden = false;
    this.#wait();
  }

  withdraw() {
    clearTimeout(this.#timer);
    this.#task = null;
    this.row.hidden = true;
  }

  focus() {
    if (this.#task) this.menu.firstElementChild.focus();
  }

  #item(text, digit, act) {
    return element('button', { type: 'button', role: 'menuitem', tabindex: -1, 'aria-keyshortcuts': digit, onclick: act }, element('kbd', { 'aria-hidden': 'true' }, digit), text);
  }

  #choose(reason) {
    const task = this.#task;
    this.withdraw();
    this.explain(task, reason);
  }

  #write() {
    this.menu.hidden = true;
    this.other.hidden = false;
    this.other.value = '';
    this.other.focus();
  }

  #menuKey(event) {
    const items = [...this.menu.children];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const digit = Number(/^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? 0);
    if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else if (items[digit - 1]) items[digit - 1].click();
    else if (event.key === 'Escape') this.#choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #inputKey(event) {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#choose(event.key === 'Enter' ? this.other.value.trim() : null);
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.row.contains(document.activeElement)) this.withdraw();
    }, SHOWN_MS);
  }
}
