// The grid of all images of a filter: look, choose many, act on them at once.

import { address, getAsOf } from '../connection.js';
import { plural } from '../dom.js';
import { FindClass } from '../labelling/find-class.js';
import { Keymap } from '../labelling/keymap.js';
import { classesByKey, withKeys } from '../labelling/keys.js';
import { handOver } from '../labelling/selected-images.js';
import { BulkActions } from './bulk-actions.js';
import { ChangeQuestion } from './change-question.js';
import { ClassSet, NONE } from './class-set.js';
import { GridKeys } from './grid-keys.js';
import { aside, changed, done as doneTo, membersOf, same, withMembers } from './labels.js';
import { lasso } from './lasso.js';
import { groupBy, judgesLabels, similarTo } from './query.js';
import { Selection } from './selection.js';
import { TileSheet } from './tile-sheet.js';

// Sooner than that an answer needs no word before it.
const WAIT_MS = 300;

const SIZE_KEY = 'lsn-tile-size';

export async function start(root, options, dotnet) {
  const grid = new ImageGrid(root, options, dotnet, await Keymap.load());
  await grid.load();
  root.dataset.ready = 'true';
  if (options.canLabel) grid.resume();
  return grid;
}

class ImageGrid {
  #abort = new AbortController();
  #loading = null;
  #waiting = null;
  /** The label version of each chosen image as the person saw it then. */
  #seen = new Map();
  /** The project's last act when the list was made, and when the first of the chosen images was chosen whose tile was never read. */
  #asOf = null;
  #unseenAsOf = null;
  /** The latest reading: an action waits for it, or it would meet our own last change as somebody else's. */
  #read = Promise.resolve();
  #leftOut = [];
  #query;
  #isBusy = false;

  constructor(root, options, dotnet, keymap) {
    this.root = root;
    this.options = options;
    this.dotnet = dotnet;
    this.keymap = keymap;
    this.#query = options.query;
    this.bulk = new BulkActions(options.projectId, (job) => this.#progress(job), this.#abort.signal);
    this.selection = new Selection(() => this.#selectionChanged());
    this.sheet = new TileSheet(this.#part('sheet'), this.#part('headings'), options.projectId, {
      canSelect: options.canLabel,
      selectGroup: (ids) => this.#selectGroup(ids),
      isSelected: (id) => this.selection.has(id),
      focusedId: () => this.keys.focusedId,
      suggestionsShown: () => this.#part('show-suggestions')?.checked === true,
      judgesLabels: () => judgesLabels(this.#query),
    }, this.#abort.signal);
    this.question = new ChangeQuestion(dotnet, this.bulk, (id) => this.sheet.tile(id)?.state);
    this.find = new FindClass(this.#part('find'), (classId) => this.#label(classId));
    const set = this.#part('class-set');
    /** Null: an image has one class in this project. */
    this.set = set && new ClassSet(set, () => this.#backToImages());
    this.keys = new GridKeys(this.#part('sheet'), this.sheet, this.selection, keymap, options.canLabel, {
      classOfKey: (key) => this.byKey.get(key),
      set: this.set,
      act: (action) => this.#act(action),
      label: (classId) => this.#label(classId),
      open: (id) => this.#open(id),
      labelPage: () => location.assign(options.focusUrl),
    });
    this.sheet.setSimilarTo(similarTo(this.#query));
    this.setClasses(options.classes);
    this.#listen();
  }

  // Called from .NET.

  setClasses(classes) {
    this.classes = new Map(withMembers(classes).map((c) => [c.id, c]));
    const own = withKeys([...this.classes.values()].filter((c) => !c.members), this.keymap);
    this.byKey = classesByKey(own);
    this.set?.setClasses(own);
    this.find.setClasses(this.set ? [...own, { id: NONE, name: 'No class', aliases: '', colour: 'transparent' }] : own);
    this.sheet.setClasses(this.classes);
  }

  setFilter(query) {
    if (query === this.#query) return;
    this.#query = query;
    this.sheet.setSimilarTo(similarTo(query));
    this.sheet.redraw();
    this.selection.clear();
    // Groups may take seconds: until they are there the images below are those of the filter before.
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => { this.#part('count').textContent = 'Looking for the images …'; }, WAIT_MS);
    this.load();
  }

  /** Something changed on the server. */
  refresh() {
    this.#read = this.load().then(() => this.sheet.invalidate());
    return this.#read;
  }

  /** An action on very many images may be running since before the page was opened. */
  async resume() {
    if (!(await this.bulk.jobs.isRunning().catch(() => false))) return;
    await this.#busy(async () => {
      const job = await this.bulk.resume();
      if (!job) return;
      const changed = `${plural(job.changed, 'image', 'images')} changed${job.state === 'Cancelled' ? ' before it was cancelled' : ''}.`;
      this.#say(job.problem ?? changed + aside(job), job.action !== 'Trash' && job.changed > 0, job.leftOutIds);
    });
  }

  dispose() {
    this.#abort.abort();
    clearTimeout(this.#waiting);
    this.#loading?.abort();
  }

  // Loading.

  async load() {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const isGrouped = groupBy(this.#query) !== null;
      const { body, asOf } = await getAsOf(this.#address(isGrouped ? 'groups' : 'ids'), loading.signal);
      if (loading.signal.aborted) return;
      clearTimeout(this.#waiting);
      const groups = isGrouped ? body : null;
      const ids = groups ? groups.flatMap((group) => group.ids) : body;
      this.#asOf = asOf;
      this.sheet.setIds(ids, groups);
      this.selection.keepOnly((id) => this.sheet.indexOf(id));
      this.#part('count').textContent = plural(ids.length, 'image', 'images') + (groups ? ` in ${plural(groups.length, 'group', 'groups')}` : '');
      this.root.dataset.state = ids.length === 0 ? 'empty' : 'shown';
    } catch (error) {
      if (error.name === 'AbortError') return;
      clearTimeout(this.#waiting);
      this.#part('count').textContent = '';
      this.root.dataset.state = 'failed';
      this.#part('failure').textContent = error.message;
    }
  }

  #address(what) {
    return address(`api/v1/projects/${this.options.projectId}/images/${what}?${this.#query}`);
  }

  /** All of a group, or none of it where all were chosen. */
  #selectGroup(ids) {
    if (ids.every((id) => this.selection.has(id))) this.selection.remove(ids);
    else this.selection.add(ids);
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
    this.keys.listen(options);
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
    this.#part('show-suggestions')?.addEventListener('change', () => this.sheet.setClasses(this.classes), options);
  }

  #idAt(event) {
    const tile = event.target.closest('[data-id]');
    return tile ? Number(tile.dataset.id) : null;
  }

  #click(event) {
    const id = this.#idAt(event);
    if (id === null) return;
    this.keys.focus(id);
    if (event.target.closest('[data-open]')) this.#open(id);
    else if (!this.options.canLabel) this.#open(id);
    else if (event.shiftKey) this.selection.extendTo(id, this.sheet.ids, (i) => this.sheet.indexOf(i));
    else this.selection.toggle(id);
  }

  #open(id) {
    if (id !== null) this.dotnet.invokeMethodAsync('OpenDetailsAsync', id).catch(() => {});
  }

  // Acting.

  #selectionChanged() {
    const { size } = this.selection;
    this.#rememberSeen();
    this.sheet.markSelection();
    this.root.toggleAttribute('data-selecting', size > 0);
    this.#part('selected').textContent = `${size.toLocaleString('en')} selected`;
    this.set?.setSize(size);
    for (const button of this.root.querySelectorAll('[data-needs-selection]')) button.disabled = size === 0;
  }

  #rememberSeen() {
    for (const id of this.#seen.keys()) if (!this.selection.has(id)) this.#seen.delete(id);
    for (const id of this.selection.ids) {
      const version = this.sheet.tile(id)?.labelVersion;
      if (!this.#seen.has(id) && version != null) this.#seen.set(id, version);
    }
    this.#unseenAsOf = this.#seen.size < this.selection.size ? this.#unseenAsOf ?? this.#asOf : null;
  }

  async #move(split) {
    const { ids } = this.selection;
    if (ids.length === 0) return;
    if (!(await this.#isSure(ids, { done: 'moved to another split' }))) return;
    await this.#busy(async () => {
      const count = await this.bulk.move(ids, split);
      this.selection.clear();
      this.#say(`${plural(count, 'image', 'images')} moved to another split.`, true);
    });
  }

  #act(action) {
    const ids = this.selection.ids;
    const actions = {
      all: () => this.selection.set(this.sheet.ids),
      clear: () => this.selection.clear(),
      label: () => ids.length > 0 && this.find.open(ids[0]),
      'new-class': () => this.#newClass(),
      none: () => this.set?.toggle(NONE),
      apply: () => this.#apply(),
      accept: () => this.#accept(ids),
      discard: () => this.#decide(ids, 'Discard', () => ({ state: 'Discarded', classId: null }), 'discarded'),
      unsure: () => this.#flag(ids),
      unlabel: () => this.#decide(ids, 'Clear', () => ({ state: 'Unlabelled', classId: null }), 'without a label now'),
      undo: () => this.#revert('undo', 'Undone', 'Nothing to undo.'),
      redo: () => this.#revert('redo', 'Done again', 'Nothing to do again.'),
      'left-out': () => this.#lookAgain(this.#leftOut),
      'cancel-job': () => this.bulk.jobs.cancel().catch((error) => this.#say(error.message)),
      delete: () => this.#delete(ids),
      again: () => this.#lookAgain(ids),
    };
    actions[action]?.();
  }

  /** One after the other on the page of labelling, whatever their state. */
  #lookAgain(ids) {
    if (ids.length === 0) return;
    handOver(this.options.projectId, ids);
    location.assign(address(`projects/${this.options.projectId}/label?again=true`));
  }

  #label(classId) {
    if (this.set) return this.#choose(classId);
    const known = this.classes.get(classId);
    const ids = this.selection.ids;
    if (known && ids.length > 0) this.#decide(ids, 'Label', () => ({ state: 'Labelled', classId }), `labelled ${known.name}`, { classOf: () => classId });
  }

  #choose(classId) {
    if (this.selection.size === 0) return;
    this.set.toggle(classId);
    this.#backToImages();
  }

  /** Gives what was put together to the chosen images. */
  #apply() {
    if (!this.set?.isReady) return;
    const set = this.set.decision;
    this.#decide(this.selection.ids, 'Label', (tile) => changed(tile, set, this.classes), doneTo(set.change, set.name), { set });
  }

  /** The action may have made combinations; where they can't be read now, the page tells of them later. */
  async #readClasses() {
    const classes = await this.dotnet.invokeMethodAsync('ReadClassesAsync').catch(() => null);
    if (classes) this.setClasses(classes);
  }

  #backToImages() {
    this.#part('sheet').focus({ preventScroll: true });
  }

  /** For the chosen images, where there are any. */
  async #newClass() {
    if (!this.options.canManageClasses || this.#isBusy) return;
    const created = await this.dotnet.invokeMethodAsync('CreateClassAsync', this.selection.size).catch(() => null);
    if (!created) return;
    // The page tells of its classes a little later.
    if (!this.classes.has(created.id)) this.setClasses([...this.classes.values(), created]);
    this.#label(created.id);
  }

  /** Confirm by exception: each chosen image gets the class it is suggested to be, also those out of sight. */
  async #accept(ids) {
    if (ids.length === 0) return;
    this.#say('Asking for the suggestions …');
    await this.sheet.load(ids);
    const wanted = new URLSearchParams(this.#query).get('suggested');
    const classOf = (id) => this.sheet.suggestion(id)?.classId;
    // Under a filter of one class nothing else is confirmed, even if the model has changed its mind meanwhile.
    const ready = ids.filter((id) => this.classes.has(classOf(id)) && (!wanted || classOf(id) === wanted || membersOf(this.classes.get(classOf(id))).includes(wanted)) && this.sheet.tile(id)?.state === 'Unlabelled');
    if (ready.length === 0) return this.#say('None of the selected images has a suggestion.');
    await this.#decide(ready, 'Label', (tile) => ({ state: 'Labelled', classId: classOf(tile.id) }), 'labelled as suggested', { classOf, onlyUnlabelled: true });
  }

  #flag(ids) {
    const areFlagged = ids.every((id) => this.sheet.tile(id)?.isFlagged);
    this.#decide(ids, areFlagged ? 'Unflag' : 'Flag', () => ({ isFlagged: !areFlagged }), areFlagged ? 'no longer marked unsure' : 'marked unsure');
  }

  /** What was decided since the person chose the image is left alone. */
  async #decide(ids, kind, change, done, { classOf, set, onlyUnlabelled = false } = {}) {
    if (this.#isBusy || ids.length === 0) return;
    await this.#settled();
    if (this.#isBusy) return;
    // As the person saw the images: while they are asked, the page may read what others decided.
    const versions = new Map(ids.map((id) => [id, this.#seen.get(id) ?? this.sheet.tile(id)?.labelVersion]));
    const asOf = this.#unseenAsOf ?? this.#asOf;
    if (!(await this.#isSure(ids, { done, kind: onlyUnlabelled ? null : kind, classId: classOf?.(ids[0]), set }))) return;
    await this.#busy(async () => {
      this.sheet.change(ids, change);
      const versionOf = onlyUnlabelled ? null : (id) => versions.get(id);
      const result = await this.bulk.decide(ids, kind, { classOf, set: set && { classIds: set.classIds, change: set.change }, versionOf, onlyUnlabelled, asOf });
      this.selection.clear();
      if (set) await this.#readClasses();
      const others = set ? same(set.change, ids.length - result.count - result.leftOut, set.classIds.length) : '';
      this.#say(`${plural(result.count, 'image', 'images')} ${done}.${others}${aside(result)}`, result.count > 0, result.leftOutIds);
    });
  }

  #revert(how, done, nothing) {
    return this.#busy(async () => {
      const { count, message } = await this.bulk[how]();
      this.#seen.clear();
      this.#say(message ?? (count > 0 ? `${done} for ${plural(count, 'image', 'images')}.` : nothing), how === 'redo' && count > 0);
    });
  }

  async #delete(ids) {
    if (ids.length === 0 || !(await this.dotnet.invokeMethodAsync('ConfirmDeleteAsync', ids.length))) return;
    await this.#busy(async () => this.#say(`${plural(await this.bulk.delete(ids), 'image', 'images')} moved to the trash.`, true));
  }

  #isSure(ids, change) {
    return this.question.isSure(ids, change, this.classes).catch((error) => this.#say(error.message));
  }

  #progress({ done, total }) {
    this.#say(`${done.toLocaleString('en')} of ${plural(total, 'image', 'images')} …`);
    this.#part('cancel-job').hidden = false;
    clearTimeout(this.messageTimer);
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
    this.refresh();
    await this.#settled();
    if (this.#unseenAsOf !== null) this.#unseenAsOf = this.#asOf;
  }

  /** Until what was changed last is known again. */
  async #settled() {
    for (let read = null; read !== this.#read; await read) read = this.#read;
  }

  /** leftOut: images that the person may want to look at. */
  #say(text, canUndo = false, leftOut = []) {
    this.#leftOut = leftOut;
    this.#part('left-out').hidden = leftOut.length === 0;
    this.#part('message').textContent = text;
    this.#part('message-box').dataset.shown = 'true';
    this.#part('undo').hidden = !canUndo;
    this.#part('cancel-job').hidden = true;
    clearTimeout(this.messageTimer);
    this.messageTimer = setTimeout(() => delete this.#part('message-box').dataset.shown, 8000);
  }
}
