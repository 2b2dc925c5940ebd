// Draws only the tiles in sight, at their place in a sheet as high as all of them. Scrolls with the page.

import { address, post } from '../connection.js';
import { element, oncePerFrame, percent, plural } from '../dom.js';
import { dotOf } from './labels.js';
import { SheetLayout } from './sheet-layout.js';

const SPARE_ROWS = 2;
const FETCH = 120;

/** What is to know of an image beside its label: { text, title, isAlarm }. */
const badges = (tile) => [
  tile.review?.state === 'Rejected' && { text: tile.review.reason ? `rejected: ${tile.review.reason}` : 'rejected', title: tile.review.reason ?? 'A reviewer took the label off', isAlarm: true },
  tile.review?.state === 'Accepted' && { text: 'accepted', title: 'A reviewer found the label right' },
  tile.review?.state === 'Relabelled' && { text: 'relabelled', title: 'Labelled anew after a review' },
  tile.isFlagged && { text: 'unsure', isAlarm: true },
  tile.split === 'Test' && { text: 'test' },
  tile.split === 'Validation' && { text: 'validation' },
  tile.similarity !== undefined && { text: `≈ ${tile.similarity.toFixed(2)}`, title: 'How much it looks like the image asked about' },
  tile.duplicates > 1 && { text: `${tile.duplicates} alike`, title: `One of ${tile.duplicates} near-duplicates` },
  tile.openComments > 0 && { text: `💬 ${tile.openComments}`, title: 'Open comments' },
].filter(Boolean);

export class TileSheet {
  #ids = [];
  #indexes = new Map();
  #tiles = new Map();
  #suggestions = new Map();
  #nodes = new Map();
  #classes = new Map();
  #pending = new Set();
  #sidePx = 160;
  #similarTo = null;
  #groups = null;
  #headings = new Map();
  #layout = new SheetLayout();

  refresh = oncePerFrame(() => this.#draw());

  /** view: { isSelected(id), focusedId(), suggestionsShown(), judgesLabels(), canSelect, selectGroup(ids) } */
  constructor(sheet, headings, projectId, view, signal) {
    this.sheet = sheet;
    this.headings = headings;
    this.url = address(`api/v1/projects/${projectId}/images/tiles`);
    this.view = view;
    const options = { passive: true, signal };
    window.addEventListener('scroll', this.refresh, options);
    this.observer = new ResizeObserver(this.refresh);
    this.observer.observe(sheet);
    signal.addEventListener('abort', () => this.observer.disconnect());
  }

  get ids() {
    return this.#ids;
  }

  get columns() {
    return this.#layout.columns;
  }

  indexOf(id) {
    return this.#indexes.get(id) ?? -1;
  }

  tile(id) {
    return this.#tiles.get(id);
  }

  suggestion(id) {
    return this.#suggestions.get(id);
  }

  setClasses(classes) {
    this.#classes = classes;
    this.redraw();
  }

  /** groups: { title, ids } of each, one after the other; null: none. */
  setIds(ids, groups = null) {
    this.#ids = ids;
    this.#groups = groups;
    this.#layout.setGroups(groups?.map((group) => group.ids.length) ?? null, ids.length);
    this.#dropHeadings();
    this.#indexes = new Map(ids.map((id, i) => [id, i]));
    this.refresh();
  }

  /** Tiles say how much they look like this image; null: they do not. */
  setSimilarTo(id) {
    if (this.#similarTo === id) return;
    this.#similarTo = id;
    this.invalidate();
  }

  setSide(px) {
    this.#sidePx = px;
    this.redraw();
  }

  /** What is known of the tiles may be old: ask again for those in sight. */
  invalidate() {
    this.#pending.clear();
    for (const tile of this.#tiles.values()) tile.labelVersion = null;
    this.#fetch(this.#idsInSight(), true);
  }

  /** A change of our own, drawn before the server has answered. */
  change(ids, change) {
    for (const id of ids) {
      const tile = this.#tiles.get(id);
      // Its version is not known before it was read again.
      if (tile) Object.assign(tile, change(tile), { labelVersion: null });
      this.#drawTile(id);
    }
  }

  /** Makes sure that these tiles and their suggestions are known. */
  load(ids) {
    return this.#fetch(ids, false);
  }

  markSelection() {
    for (const id of this.#nodes.keys()) this.#markTile(id);
  }

  scrollTo(id) {
    const top = this.sheet.getBoundingClientRect().top + window.scrollY + this.#layout.place(this.indexOf(id)).y;
    const bottom = top + this.#layout.rowPx;
    if (top < window.scrollY + 130) window.scrollTo({ top: top - 140 });
    else if (bottom > window.scrollY + window.innerHeight - 90) window.scrollTo({ top: bottom - window.innerHeight + 100 });
  }

  /** The ids whose tiles touch a rectangle of the sheet. */
  idsIn(area) {
    return this.#layout.indexesIn(area).map((index) => this.#ids[index]);
  }

  /** The strip of the sheet that is in sight, and a little more. */
  #strip() {
    this.#layout.measure(this.sheet.clientWidth, this.#sidePx);
    const { top } = this.sheet.getBoundingClientRect();
    const spare = SPARE_ROWS * this.#layout.rowPx;
    return [-top - spare, window.innerHeight - top + spare];
  }

  #range() {
    return this.#layout.range(...this.#strip());
  }

  #idsInSight() {
    return this.#ids.slice(...this.#range());
  }

  #draw() {
    if (this.sheet.clientWidth === 0) return;
    const strip = this.#strip();
    const [first, last] = this.#layout.range(...strip);
    this.sheet.style.height = `${this.#layout.heightPx}px`;
    this.#drawHeadings(...strip);
    const shown = new Set(this.#ids.slice(first, last));
    for (const [id, node] of this.#nodes) {
      if (!shown.has(id)) {
        node.remove();
        this.#nodes.delete(id);
      }
    }
    for (let i = first; i < last; i++) {
      const id = this.#ids[i];
      let node = this.#nodes.get(id);
      if (!node) {
        node = element('div', { class: 'tile', role: 'option', id: `tile-${id}`, 'data-id': id, 'aria-label': 'Loading' });
        this.#nodes.set(id, node);
        this.sheet.append(node);
        this.#drawTile(id);
      }
      const { width, height } = this.#layout.tilePx;
      const { x, y } = this.#layout.place(i);
      node.style.cssText = `width:${width}px;height:${height}px;transform:translate(${x}px,${y}px)`;
      node.setAttribute('aria-posinset', i + 1);
      node.setAttribute('aria-setsize', this.#ids.length);
    }
    this.#fetch([...shown], false);
  }

  #drawHeadings(top, bottom) {
    const wanted = new Map(this.#layout.headings(top, bottom).map(({ group, y }) => [group, y]));
    for (const [group, node] of this.#headings) {
      if (wanted.has(group)) continue;
      node.remove();
      this.#headings.delete(group);
    }
    for (const [group, y] of wanted) {
      if (!this.#headings.has(group)) {
        this.#headings.set(group, this.#heading(this.#groups[group]));
        this.headings.append(this.#headings.get(group));
      }
      this.#headings.get(group).style.transform = `translateY(${y}px)`;
    }
  }

  #heading({ title, ids }) {
    return element('div', { class: 'grid-heading' },
      element('h2', {}, title),
      element('span', { class: 'numbers muted' }, plural(ids.length, 'image', 'images')),
      this.view.canSelect ? element('button', { type: 'button', class: 'lsn-button', 'aria-label': `Select group ${title}`, onclick: () => this.view.selectGroup(ids) }, 'Select group') : null);
  }

  #dropHeadings() {
    for (const node of this.#headings.values()) node.remove();
    this.#headings.clear();
  }

  #isFresh(id) {
    const version = this.#tiles.get(id)?.labelVersion;
    return version !== undefined && version !== null;
  }

  async #fetch(ids, isAgain) {
    const wanted = ids.filter((id) => (isAgain || !this.#isFresh(id)) && !this.#pending.has(id));
    for (let i = 0; i < wanted.length; i += FETCH) {
      const some = wanted.slice(i, i + FETCH);
      for (const id of some) this.#pending.add(id);
      try {
        const answer = await post(this.url, { ids: some, withSuggestions: true, similarTo: this.#similarTo });
        for (const tile of answer.tiles) this.#tiles.set(tile.id, { ...tile, openComments: answer.openComments[tile.id] ?? 0, similarity: answer.similarities?.[tile.id], review: answer.reviews?.[tile.id], duplicates: answer.duplicates?.[tile.id] });
        for (const id of some) {
          if (answer.suggestions[id]) this.#suggestions.set(id, answer.suggestions[id]);
          this.#drawTile(id);
        }
      } catch {
        // Asked again with the next scroll or change.
      }
      for (const id of some) this.#pending.delete(id);
    }
  }

  /** What the view says of tiles has changed. */
  redraw() {
    for (const id of this.#nodes.keys()) this.#drawTile(id);
    this.refresh();
  }

  #drawTile(id) {
    const node = this.#nodes.get(id);
    const tile = this.#tiles.get(id);
    if (!node || !tile) return;
    const own = this.#classes.get(tile.classId);
    const suggestion = this.view.suggestionsShown() ? this.#suggestions.get(id) : null;
    const suggested = suggestion && this.#classes.get(suggestion.classId);
    const guessed = tile.state === 'Unlabelled' ? suggested : null;
    const judged = tile.state === 'Labelled' && this.view.judgesLabels() ? suggested : null;
    const state = tile.state === 'Labelled' ? own?.name ?? 'class not in use' : tile.state === 'Discarded' ? 'discarded' : guessed ? `${guessed.name}?` : '';
    if (node.dataset.sha !== tile.sha256) {
      node.dataset.sha = tile.sha256;
      node.replaceChildren(
        element('img', { src: address(`images/${id}/thumbnail?v=${tile.sha256}`), alt: '', draggable: 'false', decoding: 'async' }),
        element('span', { class: 'tile-caption' }, element('span', { class: 'class-chip-dot' }), element('span', { class: 'tile-text' }), element('span', { class: 'tile-side numbers' })),
        element('span', { class: 'tile-badges' }),
        element('span', { class: 'visually-hidden' }, tile.fileName),
        element('span', { class: 'tile-check', 'aria-hidden': 'true' }, '✓'),
        element('span', { class: 'tile-open', 'data-open': true, title: 'Details', 'aria-hidden': 'true' }, 'i'));
    }
    node.dataset.state = guessed ? 'Suggested' : tile.state;
    node.title = judged ? `${tile.fileName}: the model says ${judged.name}, ${percent(suggestion.probability)}` : tile.fileName;
    node.removeAttribute('aria-label');
    const label = own ?? guessed;
    node.style.setProperty('--chip-colour', label?.colour ?? 'transparent');
    node.querySelector('.class-chip-dot').style.setProperty('--chip-colour', label ? dotOf(label, this.#classes) : 'transparent');
    node.querySelector('.tile-text').textContent = state || tile.fileName;
    node.querySelector('.tile-text').title = label?.members ? state : '';
    node.querySelector('.tile-side').textContent = judged ? `${judged.name}? ${percent(suggestion.probability)}` : guessed ? percent(suggestion.probability) : '';
    node.querySelector('.tile-badges').replaceChildren(...badges(tile).map(({ text, title, isAlarm }) => element('span', { class: isAlarm ? 'badge badge-danger' : 'badge', title }, text)));
    this.#markTile(id);
  }

  #markTile(id) {
    const node = this.#nodes.get(id);
    node.setAttribute('aria-selected', String(this.view.isSelected(id)));
    node.toggleAttribute('data-focused', this.view.focusedId() === id);
  }
}
