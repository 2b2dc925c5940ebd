// The grid of all images of a filter: look, choose many, act on them at once.

import { address, get } from '../connection.js';
import { plural } from '../dom.js';
import { FindClass } from '../labelling/find-class.js';
import { Keymap } from '../labelling/keymap.js';
import { commandOf } from '../labelling/keys.js';
import { BulkActions } from './bulk-actions.js';
import { lasso } from './lasso.js';
import { Selection } from './selection.js';
import { TileSheet } from './tile-sheet.js';

const similarTo = (query) => Number(new URLSearchParams(query).get('similar')) || null;

const SIZE_KEY = 'lsn-tile-size';

export async function start(root, options, dotnet) {
  const grid = new ImageGrid(root, options, dotnet, await Keymap.load());
  await grid.load();
  root.dataset.ready = 'true';
  return grid;
}

class ImageGrid {
  #abort = new AbortController();
  #loading = null;
  #focusedId = null;
  #query;
  #isBusy = false;

  constructor(root, options, dotnet, keymap) {
    this.root = root;
    this.options = options;
    this.dotnet = dotnet;
    this.keymap = keymap;
    this.#query = options.query;
    this.bulk = new BulkActions(options.projectId);
    this.selection = new Selection(() => this.#selectionChanged());
    this.sheet = new TileSheet(this.#part('sheet'), options.projectId, {
      isSelected: (id) => this.selection.has(id),
      focusedId: () => this.#focusedId,
      suggestionsShown: () => this.#part('show-suggestions').checked,
    }, this.#abort.signal);
    this.find = new FindClass(this.#part('find'), (classId) => this.#label(classId));
    this.sheet.setSimilarTo(similarTo(this.#query));
    this.setClasses(options.classes);
    this.#listen();
  }

  // Called from .NET.

  setClasses(classes) {
    this.classes = new Map(classes.map((c) => [c.id, c]));
    this.byKey = new Map(classes.filter((c) => c.hotkey).map((c) => [c.hotkey.toLowerCase(), c.id]));
    this.find.setClasses(classes);
    this.sheet.setClasses(this.classes);
  }

  setFilter(query) {
    if (query === this.#query) return;
    this.#query = query;
    this.sheet.setSimilarTo(similarTo(query));
    this.selection.clear();
    this.load();
  }

  /** Something changed on the server. */
  async refresh() {
    await this.load();
    this.sheet.invalidate();
  }

  dispose() {
    this.#abort.abort();
    this.#loading?.abort();
  }

  // Loading.

  async load() {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const ids = await get(address(`api/v1/projects/${this.options.projectId}/images/ids?${this.#query}`), loading.signal);
      if (loading.signal.aborted) return;
      this.sheet.setIds(ids);
      this.selection.keepOnly((id) => this.sheet.indexOf(id));
      this.#part('count').textContent = plural(ids.length, 'image', 'images');
      this.root.dataset.state = ids.length === 0 ? 'empty' : 'shown';
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.root.dataset.state = 'failed';
      this.#part('failure').textContent = error.message;
    }
  }

  // Mouse and keys.

  #part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  #listen() {
    const options = { signal: this.#abort.signal };
    const sheet = this.#part('sheet');
    sheet.addEventListener('click', (e) => this.#click(e), options);
    sheet.addEventListener('dblclick', (e) => this.#open(this.#idAt(e)), options);
    lasso(sheet, (area, adds) => (adds ? this.selection.add(this.sheet.idsIn(area)) : this.selection.set(this.sheet.idsIn(area))), this.#abort.signal);
    document.addEventListener('keydown', (e) => this.#keyDown(e), options);
    this.root.addEventListener('click', (e) => {
      const button = e.target.closest('[data-action]');
      if (button) this.#act(button.dataset.action);
    }, options);
    const size = this.#part('size');
    size.value = localStorage.getItem(SIZE_KEY) ?? size.value;
    this.sheet.setSide(Number(size.value));
    size.addEventListener('input', () => {
      localStorage.setItem(SIZE_KEY, size.value);
      this.sheet.setSide(Number(size.value));
    }, options);
    this.#part('split')?.addEventListener('change', (e) => {
      this.#move(e.target.value);
      e.target.value = '';
    }, options);
    this.#part('show-suggestions').addEventListener('change', () => this.sheet.setClasses(this.classes), options);
  }

  #idAt(event) {
    const tile = event.target.closest('[data-id]');
    return tile ? Number(tile.dataset.id) : null;
  }

  #click(event) {
    const id = this.#idAt(event);
    if (id === null) return;
    this.#focus(id);
    if (event.target.closest('[data-open]')) this.#open(id);
    else if (!this.options.canLabel) this.#open(id);
    else if (event.shiftKey) this.selection.extendTo(id, this.sheet.ids, (i) => this.sheet.indexOf(i));
    else this.selection.toggle(id);
  }

  #keyDown(event) {
    if (document.querySelector('dialog[open], .mud-dialog')) return;
    if (this.#moveKey(event)) return event.preventDefault();
    if (event.key === 'Escape') return this.selection.clear();
    const inSheet = this.#part('sheet').contains(event.target);
    if (inSheet && (event.key === 'Enter' || event.key === ' ') && this.#focusedId !== null) {
      event.preventDefault();
      if (event.key === 'Enter' && event.shiftKey) this.#act('accept');
      else if (event.key === 'Enter') this.#open(this.#focusedId);
      else this.selection.toggle(this.#focusedId);
      return;
    }
    const command = commandOf(event, this.keymap, (key) => this.byKey.get(key));
    if (!command || !this.options.canLabel) return;
    const actions = { label: () => this.#label(command.classId), discard: () => this.#act('discard'), unsure: () => this.#act('unsure'), find: () => this.#act('label'), undo: () => this.#act('undo'), grid: () => location.assign(this.options.focusUrl) };
    if (!actions[command.name]) return;
    event.preventDefault();
    actions[command.name]();
  }

  #moveKey(event) {
    if (!this.#part('sheet').contains(event.target)) return false;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      this.selection.set(this.sheet.ids);
      return true;
    }
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.sheet.columns, ArrowDown: this.sheet.columns, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey || this.sheet.ids.length === 0) return false;
    const from = this.#focusedId === null ? 0 : Math.max(0, this.sheet.indexOf(this.#focusedId));
    const to = this.#focusedId === null ? 0 : Math.min(this.sheet.ids.length - 1, Math.max(0, from + steps[event.key]));
    this.#focus(this.sheet.ids[to]);
    if (event.shiftKey) this.selection.add(this.sheet.ids.slice(Math.min(from, to), Math.max(from, to) + 1));
    return true;
  }

  #focus(id) {
    this.#focusedId = id;
    this.sheet.scrollTo(id);
    this.sheet.markSelection();
    this.#part('sheet').setAttribute('aria-activedescendant', `tile-${id}`);
  }

  #open(id) {
    if (id !== null) this.dotnet.invokeMethodAsync('OpenDetailsAsync', id).catch(() => {});
  }

  // Acting.

  #selectionChanged() {
    const { size } = this.selection;
    this.sheet.markSelection();
    this.root.toggleAttribute('data-selecting', size > 0);
    this.#part('selected').textContent = `${size.toLocaleString('en')} selected`;
    for (const button of this.root.querySelectorAll('[data-needs-selection]')) button.disabled = size === 0;
  }

  async #move(split) {
    const { ids } = this.selection;
    if (ids.length === 0) return;
    await this.#busy(async () => this.#say(`${plural(await this.bulk.move(ids, split), 'image', 'images')} moved to another split.`));
  }

  #act(action) {
    const ids = this.selection.ids;
    const actions = {
      all: () => this.selection.set(this.sheet.ids),
      clear: () => this.selection.clear(),
      label: () => ids.length > 0 && this.find.open(ids[0]),
      accept: () => this.#accept(ids),
      discard: () => this.#decide(ids, 'Discard', () => ({ state: 'Discarded', classId: null }), 'discarded'),
      unsure: () => this.#flag(ids),
      unlabel: () => this.#decide(ids, 'Clear', () => ({ state: 'Unlabelled', classId: null }), 'without a label now'),
      undo: () => this.#undo(),
      delete: () => this.#delete(ids),
    };
    actions[action]?.();
  }

  #label(classId) {
    const known = this.classes.get(classId);
    const ids = this.selection.ids;
    if (known && ids.length > 0) this.#decide(ids, 'Label', () => ({ state: 'Labelled', classId }), `labelled ${known.name}`, () => classId);
  }

  /** Confirm by exception: each chosen image gets the class it is suggested to be, also those out of sight. */
  async #accept(ids) {
    if (ids.length === 0) return;
    this.#say('Asking for the suggestions …');
    await this.sheet.load(ids);
    const wanted = new URLSearchParams(this.#query).get('suggested');
    const classOf = (id) => this.sheet.suggestion(id)?.classId;
    // Under a filter of one class nothing else is confirmed, even if the model has changed its mind meanwhile.
    const ready = ids.filter((id) => this.classes.has(classOf(id)) && (!wanted || classOf(id) === wanted) && this.sheet.tile(id)?.state === 'Unlabelled');
    if (ready.length === 0) return this.#say('None of the selected images has a suggestion.');
    await this.#decide(ready, 'Label', (tile) => ({ state: 'Labelled', classId: classOf(tile.id) }), 'labelled as suggested', classOf);
  }

  #flag(ids) {
    const areFlagged = ids.every((id) => this.sheet.tile(id)?.isFlagged);
    this.#decide(ids, areFlagged ? 'Unflag' : 'Flag', () => ({ isFlagged: !areFlagged }), areFlagged ? 'no longer marked unsure' : 'marked unsure');
  }

  async #decide(ids, kind, change, done, classOf = null) {
    if (this.#isBusy || ids.length === 0) return;
    await this.#busy(async () => {
      this.sheet.change(ids, change);
      const count = await this.bulk.decide(ids, kind, classOf);
      this.selection.clear();
      this.#say(`${plural(count, 'image', 'images')} ${done}.`, true);
    });
  }

  #undo() {
    return this.#busy(async () => {
      const { count, message } = await this.bulk.undo();
      this.#say(message ?? (count > 0 ? `Undone for ${plural(count, 'image', 'images')}.` : 'Nothing to undo.'));
    });
  }

  async #delete(ids) {
    if (ids.length === 0 || !(await this.dotnet.invokeMethodAsync('ConfirmDeleteAsync', ids.length))) return;
    await this.#busy(async () => this.#say(`${plural(await this.bulk.delete(ids), 'image', 'images')} deleted.`));
  }

  async #busy(work) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.root.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      this.#say(error.message);
    }
    this.#isBusy = false;
    this.root.removeAttribute('aria-busy');
    await this.refresh();
  }

  #say(text, canUndo = false) {
    this.#part('message').textContent = text;
    this.#part('message-box').dataset.shown = 'true';
    this.#part('undo').hidden = !canUndo;
    clearTimeout(this.messageTimer);
    this.messageTimer = setTimeout(() => delete this.#part('message-box').dataset.shown, 8000);
  }
}
