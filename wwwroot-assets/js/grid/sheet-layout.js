// Where each tile and each group's heading stands on the sheet. Numbers only: knows no element.

const GAP_PX = 10;
const CAPTION_PX = 30;
const HEADING_PX = 48;

export class SheetLayout {
  #sections = [{ first: 0, last: 0, top: 0, bottom: 0, headingPx: 0 }];
  #counts = [0];
  #hasHeadings = false;
  columns = 1;
  columnPx = 0;

  /** counts: images of each group, in order; null: one group without a heading. */
  setGroups(counts, total) {
    this.#hasHeadings = counts !== null;
    this.#counts = counts ?? [total];
  }

  measure(widthPx, sidePx) {
    this.columns = Math.max(1, Math.floor((widthPx + GAP_PX) / (sidePx + GAP_PX)));
    this.columnPx = (widthPx - GAP_PX * (this.columns - 1)) / this.columns;
    const headingPx = this.#hasHeadings ? HEADING_PX : 0;
    let first = 0;
    let top = 0;
    this.#sections = this.#counts.map((count) => {
      const section = { first, last: first + count, top, headingPx, bottom: top + headingPx + Math.ceil(count / this.columns) * this.rowPx };
      first += count;
      top = section.bottom;
      return section;
    });
  }

  get rowPx() {
    return this.columnPx + CAPTION_PX + GAP_PX;
  }

  get heightPx() {
    return this.#sections.at(-1)?.bottom ?? 0;
  }

  get tilePx() {
    return { width: this.columnPx, height: this.columnPx + CAPTION_PX };
  }

  place(index) {
    const section = this.#sections[this.#search((s) => index < s.last)];
    const inside = index - section.first;
    return {
      x: (inside % this.columns) * (this.columnPx + GAP_PX),
      y: section.top + section.headingPx + Math.floor(inside / this.columns) * this.rowPx,
    };
  }

  /** The first tile, and the one after the last, whose row touches this strip. */
  range(top, bottom) {
    const from = this.#sections[this.#search((s) => s.bottom > top)];
    const to = this.#sections[this.#search((s) => s.bottom >= bottom)];
    if (!from || !to) return [0, 0];
    const row = (section, y) => Math.floor((y - section.top - section.headingPx) / this.rowPx);
    const first = from.first + Math.max(0, row(from, top)) * this.columns;
    const last = to.first + Math.max(0, row(to, bottom) + 1) * this.columns;
    return [Math.min(first, from.last), Math.min(last, to.last)];
  }

  /** Headings in this strip: the number of the group and its place. */
  headings(top, bottom) {
    if (!this.#hasHeadings) return [];
    const found = [];
    for (let i = this.#search((s) => s.bottom > top); i < this.#sections.length && this.#sections[i].top < bottom; i++) {
      found.push({ group: i, y: this.#sections[i].top });
    }
    return found;
  }

  /** Numbers of the tiles that touch a rectangle. */
  indexesIn({ left, top, right, bottom }) {
    const [first, last] = this.range(top, bottom);
    const found = [];
    for (let index = first; index < last; index++) {
      const { x, y } = this.place(index);
      if (x < right && x + this.columnPx > left && y < bottom && y + this.tilePx.height > top) found.push(index);
    }
    return found;
  }

  /** The first section for which it holds; it holds for all after that too. */
  #search(holds) {
    let low = 0;
    let high = this.#sections.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#sections[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
