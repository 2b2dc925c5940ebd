// Draws only the tiles in sight, at their place in a sheet as high as all of them. Scrolls with the page.

import { address, post } from '../connection.js';
import { element, percent } from '../dom.js';

const GAP_PX = 10;
const CAPTION_PX = 30;
const SPARE_ROWS = 2;
const FETCH = 120;

export class TileSheet {
  #ids = [];
  #indexes = new Map();
  #tiles = new Map();
  #suggestions = new Map();
  #nodes = new Map();
  #classes = new Map();
  #pending = new Set();
  #isScheduled = false;
  #sidePx = 160;
  #similarTo = null;
  #columns = 1;

  /** view: { isSelected(id), focusedId(), suggestionsShown() } */
  constructor(sheet, projectId, view, signal) {
    this.sheet = sheet;
    this.url = address(`api/v1/projects/${projectId}/images/tiles`);
    this.view = view;
    const options = { passive: true, signal };
    window.addEventListener('scroll', () => this.refresh(), options);
    this.observer = new ResizeObserver(() => this.refresh());
    this.observer.observe(sheet);
    signal.addEventListener('abort', () => this.observer.disconnect());
  }

  get ids() {
    return this.#ids;
  }

  get columns() {
    return this.#columns;
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
    this.#redrawAll();
  }

  setIds(ids) {
    this.#ids = ids;
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
    this.#redrawAll();
  }

  /** What is known of the tiles may be old: ask again for those in sight. */
  invalidate() {
    this.#pending.clear();
    this.#fetch(this.#idsInSight(), true);
  }

  /** A change of our own, drawn before the server has answered. */
  change(ids, change) {
    for (const id of ids) {
      const tile = this.#tiles.get(id);
      if (tile) Object.assign(tile, change(tile));
      this.#drawTile(id);
    }
  }

  /** Makes sure that these tiles and their suggestions are known. */
  load(ids) {
    return this.#fetch(ids, false);
  }

  refresh() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  markSelection() {
    for (const id of this.#nodes.keys()) this.#markTile(id);
  }

  scrollTo(id) {
    const row = Math.floor(this.indexOf(id) / this.#columns);
    const top = this.sheet.getBoundingClientRect().top + window.scrollY + row * this.#rowPx;
    const bottom = top + this.#rowPx;
    if (top < window.scrollY + 130) window.scrollTo({ top: top - 140 });
    else if (bottom > window.scrollY + window.innerHeight - 90) window.scrollTo({ top: bottom - window.innerHeight + 100 });
  }

  /** The ids whose tiles touch a rectangle of the sheet. */
  idsIn({ left, top, right, bottom }) {
    const width = this.#columnPx;
    const found = [];
    for (let row = Math.max(0, Math.floor(top / this.#rowPx)); row <= Math.floor(bottom / this.#rowPx); row++) {
      for (let column = 0; column < this.#columns; column++) {
        const index = row * this.#columns + column;
        if (index >= this.#ids.length) return found;
        const x = column * (width + GAP_PX);
        if (x < right && x + width > left) found.push(this.#ids[index]);
      }
    }
    return found;
  }

  get #rowPx() {
    return this.#columnPx + CAPTION_PX + GAP_PX;
  }

  get #columnPx() {
    return (this.sheet.clientWidth - GAP_PX * (this.#columns - 1)) / this.#columns;
  }

  #range() {
    this.#columns = Math.max(1, Math.floor((this.sheet.clientWidth + GAP_PX) / (this.#sidePx + GAP_PX)));
    const box = this.sheet.getBoundingClientRect();
    const first = Math.max(0, Math.floor(-box.top / this.#rowPx) - SPARE_ROWS);
    const last = Math.ceil((window.innerHeight - box.top) / this.#rowPx) + SPARE_ROWS;
    return [first * this.#columns, Math.max(0, Math.min(this.#ids.length, last * this.#columns))];
  }

  #idsInSight() {
    return this.#ids.slice(...this.#range());
  }

  #draw() {
    if (this.sheet.clientWidth === 0) return;
    const [first, last] = this.#range();
    this.sheet.style.height = `${Math.ceil(this.#ids.length / this.#columns) * this.#rowPx}px`;
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
        node = element('div', { class: 'tile', role: 'option', id: `tile-${id}`, 'data-id': id });
        this.#nodes.set(id, node);
        this.sheet.append(node);
        this.#drawTile(id);
      }
      const width = this.#columnPx;
      node.style.cssText = `width:${width}px;height:${width + CAPTION_PX}px;transform:translate(${(i % this.#columns) * (width + GAP_PX)}px,${Math.floor(i / this.#columns) * this.#rowPx}px)`;
      node.setAttribute('aria-posinset', i + 1);
      node.setAttribute('aria-setsize', this.#ids.length);
    }
    this.#fetch([...shown], false);
  }

  async #fetch(ids, isAgain) {
    const wanted = ids.filter((id) => (isAgain || !this.#tiles.has(id)) && !this.#pending.has(id));
    for (let i = 0; i < wanted.length; i += FETCH) {
      const some = wanted.slice(i, i + FETCH);
      for (const id of some) this.#pending.add(id);
      try {
        const answer = await post(this.url, { ids: some, withSuggestions: true, similarTo: this.#similarTo });
        for (const tile of answer.tiles) this.#tiles.set(tile.id, { ...tile, openComments: answer.openComments[tile.id] ?? 0, similarity: answer.similarities?.[tile.id] });
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

  #redrawAll() {
    for (const id of this.#nodes.keys()) this.#drawTile(id);
    this.refresh();
  }

  #drawTile(id) {
    const node = this.#nodes.get(id);
    const tile = this.#tiles.get(id);
    if (!node || !tile) return;
    const own = this.#classes.get(tile.classId);
    const guess = tile.state === 'Unlabelled' && this.view.suggestionsShown() ? this.#suggestions.get(id) : null;
    const guessed = guess && this.#classes.get(guess.classId);
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
    node.title = tile.fileName;
    node.style.setProperty('--chip-colour', (own ?? guessed)?.colour ?? 'transparent');
    node.querySelector('.class-chip-dot').style.setProperty('--chip-colour', (own ?? guessed)?.colour ?? 'transparent');
    node.querySelector('.tile-text').textContent = state || tile.fileName;
    node.querySelector('.tile-side').textContent = guessed ? percent(guess.probability) : '';
    const badges = [tile.isFlagged && 'unsure', tile.split === 'Test' && 'test', tile.split === 'Validation' && 'val', tile.similarity !== undefined && `≈ ${tile.similarity.toFixed(2)}`, tile.openComments > 0 && `💬 ${tile.openComments}`].filter(Boolean);
    node.querySelector('.tile-badges').replaceChildren(...badges.map((b) => element('span', { class: b === 'unsure' ? 'badge badge-danger' : 'badge' }, b)));
    this.#markTile(id);
  }

  #markTile(id) {
    const node = this.#nodes.get(id);
    node.setAttribute('aria-selected', String(this.view.isSelected(id)));
    node.toggleAttribute('data-focused', this.view.focusedId() === id);
  }
}
