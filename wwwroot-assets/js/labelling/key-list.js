// The list of keys: shows what each key does now, and takes another one in its place.

import { element } from '../dom.js';
import { COMMANDS, nameOf, show, textOf } from './keys.js';

export class KeyList {
  #classes = [];
  #editing = null;

  /** changed(): the keys on the page's buttons are to be drawn again. */
  constructor(dialog, keymap, changed, takesSeveral = false) {
    this.dialog = dialog;
    this.keymap = keymap;
    this.changed = changed;
    this.takesSeveral = takesSeveral;
    this.list = dialog.querySelector('[data-part="keys"]');
    this.message = dialog.querySelector('[data-part="keys-message"]');
    this.off = dialog.querySelector('[data-part="keys-off"]');
    dialog.addEventListener('keydown', (e) => this.#keyDown(e), { capture: true });
    dialog.addEventListener('close', () => this.#stop());
    dialog.querySelector('[data-part="keys-reset"]').addEventListener('click', () => this.#run(() => this.keymap.reset(), 'The usual keys are back.'));
    dialog.querySelector('[data-part="keys-export"]').addEventListener('click', () => this.#export());
    const file = dialog.querySelector('[data-part="keys-import"]');
    file.addEventListener('change', () => this.#import(file));
    this.off.addEventListener('change', () => {
      this.keymap.areOff = this.off.checked;
      this.changed();
    });
  }

  setClasses(classes) {
    this.#classes = classes;
    if (!this.dialog.open) this.#draw();
  }

  open() {
    this.off.checked = this.keymap.areOff;
    this.#say('');
    this.#draw();
    this.dialog.showModal();
    // The focus is on the button at the end; what is read first is at the top.
    this.dialog.scrollTop = 0;
  }

  #draw() {
    this.list.replaceChildren(...COMMANDS.map(({ name }) => this.#row(name)));
  }

  #row(name) {
    const text = textOf(name, this.takesSeveral);
    const isEditing = this.#editing === name;
    const keys = isEditing ? [element('em', {}, 'press a key …')] : this.keymap.keysOf(name).map((key) => element('kbd', {}, show(key)));
    return element('div', { 'data-changed': this.keymap.isChanged(name) },
      element('dt', {}, element('button', {
        type: 'button', 'data-rebind': name, 'aria-label': `Key for: ${text}`, title: 'Choose another key', onclick: () => this.#edit(name),
      }, ...keys)),
      element('dd', {}, text));
  }

  #edit(name) {
    this.#editing = this.#editing === name ? null : name;
    this.#say(this.#editing ? 'Press the new key. Escape leaves it as it is.' : '');
    this.#draw();
    this.#focus(name);
  }

  #focus(name) {
    this.list.querySelector(`[data-rebind="${name}"]`)?.focus();
  }

  #keyDown(event) {
    if (!this.#editing) return;
    const key = nameOf(event);
    if (key === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === 'Escape') return this.#edit(this.#editing);
    const name = this.#editing;
    const problem = this.keymap.problem(name, key, this.#classes);
    if (problem) return this.#say(`${problem} Press another key, or Escape.`);
    this.#run(() => this.keymap.rebind(name, key), `${show(key)}: ${textOf(name, this.takesSeveral)}.`).then(() => this.#focus(name));
  }

  async #run(work, done) {
    try {
      this.#say((await work()) ?? done);
    } catch (error) {
      this.#say(`The keys stay as they were: ${error.message}`);
    }
    this.#stop();
    this.changed();
  }

  #stop() {
    this.#editing = null;
    this.#draw();
  }

  #say(text) {
    this.message.textContent = text;
  }

  #export() {
    const keys = Object.fromEntries(COMMANDS.map(({ name }) => [name, this.keymap.keysOf(name)]));
    const url = URL.createObjectURL(new Blob([JSON.stringify(keys, null, 2)], { type: 'application/json' }));
    element('a', { href: url, download: 'labelling-keys.json' }).click();
    URL.revokeObjectURL(url);
  }

  async #import(file) {
    const text = await file.files[0]?.text();
    file.value = '';
    if (text !== undefined) await this.#run(() => this.keymap.import(text, this.#classes), 'The keys of the file are in use.');
  }
}
