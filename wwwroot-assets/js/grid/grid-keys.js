// The keys of the grid: they move among its images and choose them, and the person's own keys act on those that are chosen.

import { commandOf, isTyping } from '../labelling/keys.js';

export class GridKeys {
  #box;
  #sheet;
  #selection;
  #keymap;
  #canLabel;
  #on;

  /** on.set: what is put together for the chosen images; null: an image has one class in this project. */
  constructor(box, sheet, selection, keymap, canLabel, on) {
    this.#box = box;
    this.#sheet = sheet;
    this.#selection = selection;
    this.#keymap = keymap;
    this.#canLabel = canLabel;
    this.#on = on;
    this.focusedId = null;
  }

  listen(options) {
    document.addEventListener('keydown', (e) => this.#down(e), options);
  }

  focus(id) {
    this.focusedId = id;
    this.#sheet.scrollTo(id);
    this.#sheet.markSelection();
    this.#box.setAttribute('aria-activedescendant', `tile-${id}`);
  }

  #down(event) {
    const { set } = this.#on;
    if (document.querySelector('dialog[open], .mud-dialog')) return;
    if (this.#move(event)) return event.preventDefault();
    if (event.key === 'Escape') return set?.clear() || this.#selection.clear();
    const inSheet = this.#box.contains(event.target);
    if (inSheet && event.key === 'Enter' && !event.shiftKey && set?.isReady) {
      event.preventDefault();
      return this.#on.act('apply');
    }
    if (inSheet && (event.key === 'Enter' || event.key === ' ') && this.focusedId !== null) {
      event.preventDefault();
      if (event.key === 'Enter' && event.shiftKey) this.#on.act('accept');
      else if (event.key === 'Enter') this.#on.open(this.focusedId);
      else this.#selection.toggle(this.focusedId);
      return;
    }
    const command = commandOf(event, this.#keymap, this.#on.classOfKey);
    if (!this.#canLabel) return;
    const act = (action) => () => this.#on.act(action);
    const actions = { label: () => this.#on.label(command.classId), discard: act('discard'), unsure: act('unsure'), find: act('label'), 'new-class': act('new-class'), undo: act('undo'), redo: act('redo'), grid: () => this.#on.labelPage(), ...(set?.isReady && { accept: act('apply') }) };
    if (command && actions[command.name]) {
      event.preventDefault();
      actions[command.name]();
    } else if (set && !this.#keymap.areOff && !isTyping(event.target) && set.keyDown(event)) event.preventDefault();
  }

  #move(event) {
    const { ids } = this.#sheet;
    // Nobody wants the words around the images: all of the page that can be chosen are the images.
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a' && this.#canLabel && !isTyping(event.target)) {
      this.#selection.set(ids);
      return true;
    }
    if (!this.#box.contains(event.target)) return false;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#sheet.columns, ArrowDown: this.#sheet.columns, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey || ids.length === 0) return false;
    const from = this.focusedId === null ? 0 : Math.max(0, this.#sheet.indexOf(this.focusedId));
    const to = this.focusedId === null ? 0 : Math.min(ids.length - 1, Math.max(0, from + steps[event.key]));
    this.focus(ids[to]);
    if (event.shiftKey) this.#selection.add(ids.slice(Math.min(from, to), Math.max(from, to) + 1));
    return true;
  }
}
