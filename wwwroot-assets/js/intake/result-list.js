// One line a file, only those in sight drawn: ten thousand lines cost as much as twenty.

import { element, oncePerFrame } from '../dom.js';

const SPARE = 6;

export class ResultList {
  #items = [];

  refresh = oncePerFrame(() => this.#draw());

  constructor(viewport) {
    this.viewport = viewport;
    this.sheet = element('div', { class: 'upload-sheet', role: 'list' });
    viewport.replaceChildren(this.sheet);
    viewport.addEventListener('scroll', this.refresh, { passive: true });
  }

  show(items) {
    this.#items = items;
    this.refresh();
  }

  #draw() {
    // A narrow screen has the reason on lines of its own: the style sheet says how high that makes each row.
    const rowPx = parseFloat(getComputedStyle(this.viewport).getPropertyValue('--row-height'));
    this.sheet.style.height = `calc(var(--row-height) * ${this.#items.length})`;
    const first = Math.max(0, Math.floor(this.viewport.scrollTop / rowPx) - SPARE);
    const last = Math.min(this.#items.length, first + Math.ceil(this.viewport.clientHeight / rowPx) + 2 * SPARE);
    this.sheet.replaceChildren(...this.#items.slice(first, last).map((item, i) => element('div', {
      class: 'upload-row', role: 'listitem', 'data-outcome': item.outcome ?? 'Waiting', style: `top:calc(var(--row-height) * ${first + i})`,
    },
    element('span', { class: 'upload-name', title: item.path }, item.path),
    element('span', { class: 'upload-outcome' }, WORDS[item.outcome] ?? 'waiting'),
    element('span', { class: 'upload-reason', title: item.reason ?? null }, item.reason ?? ''))));
  }
}

const WORDS = { Added: 'added', Duplicate: 'duplicate', Refused: 'refused', Failed: 'failed', Cancelled: 'not sent', Unpacked: 'unpacked', Kept: 'no label' };
