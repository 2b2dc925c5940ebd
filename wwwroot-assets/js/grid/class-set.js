// Where images may have several classes: those for the chosen images are put together first, then given at once.

import { element, plural } from '../dom.js';
import { nameOf } from './labels.js';

/** Chosen as if it were a class: the images show none. */
export const NONE = 'none';

const CHANGE_KEY = 'lsn-grid-change';
const CHANGES = { '=': 'Replace', '+': 'Add', '-': 'Remove' };

const ACTIONS = {
  Replace: (name, images) => `Label ${images} ${name}`,
  Add: (name, images) => `Add ${name} to ${images}`,
  Remove: (name, images) => `Remove ${name} from ${images}`,
};

export class ClassSet {
  #classes = [];
  #chosen = new Set();
  #isNone = false;
  #change = localStorage.getItem(CHANGE_KEY) ?? 'Replace';
  #size = 0;

  /** backToImages(): after a click of the mouse the keys belong to the images again. */
  constructor(root, backToImages) {
    this.root = root;
    if (!(this.#change in ACTIONS)) this.#change = 'Replace';
    root.addEventListener('click', (e) => {
      const button = e.target.closest('button');
      if (button?.dataset.change) this.setChange(button.dataset.change);
      if (button?.dataset.chosen) this.toggle(button.dataset.chosen);
      if (button && e.detail > 0) backToImages();
    });
    this.#draw();
  }

  /** Something is put together, and there are images to give it to. */
  get isReady() {
    return this.#size > 0 && (this.#chosen.size > 0 || this.#isNone);
  }

  /** { classIds, change, name } */
  get decision() {
    const chosen = this.#inOrder();
    return { classIds: chosen.map((c) => c.id), change: this.#change, name: nameOf(chosen) };
  }

  /** Those to choose from, in their order. */
  setClasses(classes) {
    this.#classes = classes;
    for (const id of this.#chosen) if (!classes.some((c) => c.id === id)) this.#chosen.delete(id);
    this.#draw();
  }

  /** How many images are chosen. What is put together for none would be forgotten, and given to others later. */
  setSize(size) {
    this.#size = size;
    if (size === 0) this.clear();
    this.#draw();
  }

  setChange(change) {
    this.#change = change;
    localStorage.setItem(CHANGE_KEY, change);
    this.#isNone &&= change === 'Replace';
    if (change !== 'Remove' && this.#chosen.size > 1) for (const c of this.#inOrder()) if (c.isNegative) this.#chosen.delete(c.id);
    this.#draw();
  }

  /** True: the key was one of the three that say what happens to the classes that the images have. */
  keyDown({ key, ctrlKey, altKey, metaKey }) {
    if (!(key in CHANGES) || ctrlKey || altKey || metaKey || this.#size === 0) return false;
    this.setChange(CHANGES[key]);
    return true;
  }

  toggle(id) {
    if (id === NONE) {
      // That they show none says all there is to say.
      if (!this.#isNone && this.#change !== 'Replace') this.setChange('Replace');
      this.#isNone = !this.#isNone;
      this.#chosen.clear();
    } else {
      this.#isNone = false;
      if (!this.#chosen.delete(id)) this.#add(id);
    }
    this.#draw();
  }

  /** False: nothing was put together. */
  clear() {
    const had = this.#chosen.size > 0 || this.#isNone;
    this.#chosen.clear();
    this.#isNone = false;
    if (had) this.#draw();
    return had;
  }

  /** "None of these" goes with no other class: the one chosen last holds. */
  #add(id) {
    const isNegative = (other) => this.#classes.find((c) => c.id === other)?.isNegative === true;
    if (this.#change !== 'Remove') for (const other of this.#chosen) if (isNegative(id) || isNegative(other)) this.#chosen.delete(other);
    this.#chosen.add(id);
  }

  #inOrder() {
    return this.#classes.filter((c) => this.#chosen.has(c.id));
  }

  #draw() {
    const chosen = this.#inOrder();
    const hasAny = chosen.length > 0 || this.#isNone;
    const text = hasAny ? ACTIONS[this.#change](nameOf(chosen), plural(this.#size, 'image', 'images')) : 'Choose classes';
    for (const button of this.root.querySelectorAll('[data-change]')) button.setAttribute('aria-pressed', String(button.dataset.change === this.#change));
    this.#part('none').setAttribute('aria-pressed', String(this.#isNone));
    this.#part('none').hidden = this.#change !== 'Replace';
    this.#part('chosen').replaceChildren(...chosen.map((c) => element('button', {
      type: 'button', class: 'class-chip', style: `--chip-colour:${c.colour}`, 'data-chosen': c.id, title: c.name, 'aria-label': `Leave ${c.name} out again`,
    }, element('span', { class: 'class-chip-dot', 'aria-hidden': 'true' }), element('span', { class: 'class-chip-name' }, c.name), element('span', { 'aria-hidden': 'true' }, '✕'))));
    this.#part('apply').disabled = !this.isReady;
    this.#part('apply').title = text;
    this.#part('apply-text').textContent = text;
    this.#part('chosen-status').textContent = this.#size > 0 && hasAny ? text : '';
  }

  #part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }
}
