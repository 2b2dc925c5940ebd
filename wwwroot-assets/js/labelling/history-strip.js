// The last decisions as small pictures: a click goes back to one.

import { element } from '../dom.js';
import { pictureUrl } from './pictures.js';

const SHOWN = 14;

export class HistoryStrip {
  #labels = null;
  #nodes = new Map();

  constructor(list, goTo) {
    this.list = list;
    list.addEventListener('click', (e) => {
      const button = e.target.closest('button');
      if (!button) return;
      goTo(Number(button.dataset.imageId));
      if (e.detail > 0) document.querySelector('[data-part="stage"]')?.focus({ preventScroll: true });
    });
  }

  setLabels(labels) {
    this.#labels = labels;
  }

  show(timeline) {
    const current = timeline.current;
    const decided = timeline.tasks.filter((t) => t.isDecided || t === current);
    const at = decided.indexOf(current);
    const end = at >= 0 && at < decided.length - SHOWN ? at + Math.ceil(SHOWN / 2) : decided.length;
    const shown = decided.slice(Math.max(0, end - SHOWN), end).filter((t) => t.isDecided);
    const nodes = shown.map((task) => this.#node(task, task === current));
    for (const id of this.#nodes.keys()) if (!shown.some((t) => t.imageId === id)) this.#nodes.delete(id);
    this.list.replaceChildren(...nodes);
    this.list.parentElement.toggleAttribute('data-empty', shown.length === 0);
  }

  #node(task, isCurrent) {
    let node = this.#nodes.get(task.imageId);
    if (!node) {
      node = element('li', {}, element('button', { type: 'button', 'data-image-id': task.imageId },
        // The large picture is in the browser already; asking for a small one would fail without a connection.
        element('img', { src: pictureUrl(task, task.image ? 'view' : 'thumbnail'), alt: '', width: 48, height: 48, decoding: 'async' }),
        element('span', {})));
      this.#nodes.set(task.imageId, node);
    }
    const label = this.#labels.of(task);
    const text = task.state === 'Labelled' ? label?.name ?? 'labelled' : task.state === 'Discarded' ? 'discarded' : 'skipped';
    const button = node.firstChild;
    button.style.setProperty('--class-colour', label?.colour ?? 'var(--mud-palette-text-disabled)');
    const told = task.discardReason ? `${text}: ${task.discardReason}` : text;
    button.setAttribute('aria-label', `${task.fileName}: ${told}. Go back to it`);
    button.setAttribute('aria-current', String(isCurrent));
    button.title = `${task.fileName}: ${told}`;
    button.lastChild.textContent = text;
    return node;
  }
}
