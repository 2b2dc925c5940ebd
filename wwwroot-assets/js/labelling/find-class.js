// Type a part of a class's name, or of what else it is called; Enter takes it.

import { element } from '../dom.js';
import { showClassKey } from './keys.js';

export class FindClass {
  #classes = [];
  #matches = [];
  #active = 0;
  #imageId = null;
  #chosen = [];

  constructor(dialog, choose) {
    this.dialog = dialog;
    this.choose = choose;
    this.input = dialog.querySelector('input');
    this.list = dialog.querySelector('[role=listbox]');
    this.input.addEventListener('input', () => this.#filter());
    this.input.addEventListener('keydown', (e) => this.#keyDown(e));
    this.list.addEventListener('click', (e) => {
      const option = e.target.closest('[role=option]');
      if (option) this.#take(Number(option.dataset.index));
    });
  }

  setClasses(classes) {
    this.#classes = classes;
  }

  /** The image that the choice is for: whatever is shown later is not touched. chosen: classes that it has, to be taken away again. */
  open(imageId, chosen = []) {
    this.#imageId = imageId;
    this.#chosen = chosen;
    this.input.value = '';
    this.#filter();
    this.dialog.showModal();
    this.input.focus();
  }

  #filter() {
    const text = this.input.value.trim().toLocaleLowerCase();
    const rank = ({ name, aliases }) => (has(name, text) ? (name.toLocaleLowerCase().startsWith(text) ? 0 : 1) : has(aliases, text) ? 2 : null);
    this.#matches = this.#classes
      .map((c) => ({ ...c, rank: rank(c), alsoCalled: has(c.name, text) ? null : c.aliases }))
      .filter((c) => c.rank !== null)
      .sort((a, b) => a.rank - b.rank);
    this.#active = 0;
    this.#draw();
  }

  #draw() {
    this.list.replaceChildren(...this.#matches.slice(0, 50).map((c, i) => element('li', {
      role: 'option', id: `lsn-find-${i}`, 'data-index': i, 'aria-selected': String(i === this.#active), style: `--class-colour:${c.colour}`,
    }, element('span', { class: 'lsn-dot', 'aria-hidden': 'true' }), c.name, c.alsoCalled ? element('span', { class: 'lsn-also' }, ` (${c.alsoCalled})`) : null, this.#chosen.includes(c.id) ? element('span', { class: 'lsn-also' }, ' chosen') : null, showClassKey(c) ? element('kbd', {}, showClassKey(c)) : null)));
    if (this.#matches.length === 0) this.list.append(element('li', { class: 'lsn-none' }, 'No class is called so.'));
    this.input.setAttribute('aria-activedescendant', this.#matches.length > 0 ? `lsn-find-${this.#active}` : '');
    this.list.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }

  #keyDown(event) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const count = Math.min(50, this.#matches.length);
      if (count > 0) this.#active = (this.#active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count;
      this.#draw();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // The same Enter must not reach the page as "accept".
      event.stopPropagation();
      this.#take(this.#active);
    }
  }

  #take(index) {
    const chosen = this.#matches[index];
    if (!chosen) return;
    this.dialog.close();
    this.choose(chosen.id, this.#imageId);
  }
}

const has = (names, text) => names.toLocaleLowerCase().includes(text);
