// One picture, fitted, zoomed and dragged. It shows what it is given at once and knows nothing of classes.

const LARGEST = 12;

export class Viewer {
  #frame;
  #image = null;
  #scale = 1;
  #x = 0;
  #y = 0;
  #brightness = 1;
  #pointers = new Map();
  #moved = false;
  #abort = new AbortController();

  constructor(frame) {
    this.#frame = frame;
    const options = { signal: this.#abort.signal };
    frame.addEventListener('wheel', (e) => this.#wheel(e), { ...options, passive: false });
    frame.addEventListener('pointerdown', (e) => this.#down(e), options);
    frame.addEventListener('pointermove', (e) => this.#move(e), options);
    for (const end of ['pointerup', 'pointercancel']) frame.addEventListener(end, (e) => this.#pointers.delete(e.pointerId), options);
    frame.addEventListener('dblclick', () => (this.#scale === 1 ? this.zoom(2) : this.fit()), options);
  }

  close() {
    this.#abort.abort();
  }

  show(image) {
    if (this.#image === image) return;
    this.#image = image;
    image.draggable = false;
    image.className = 'lsn-picture';
    image.style.filter = this.#brightness === 1 ? '' : `brightness(${this.#brightness})`;
    this.fit();
    this.#frame.replaceChildren(image);
  }

  clear(...content) {
    this.#image = null;
    this.#frame.replaceChildren(...content);
  }

  fit() {
    this.#scale = 1;
    this.#x = 0;
    this.#y = 0;
    this.#apply();
  }

  zoom(factor, clientX, clientY) {
    if (!this.#image) return;
    const box = this.#frame.getBoundingClientRect();
    const px = (clientX ?? box.left + box.width / 2) - box.left - box.width / 2;
    const py = (clientY ?? box.top + box.height / 2) - box.top - box.height / 2;
    const scale = Math.min(LARGEST, Math.max(1, this.#scale * factor));
    this.#x = px - ((px - this.#x) * scale) / this.#scale;
    this.#y = py - ((py - this.#y) * scale) / this.#scale;
    this.#scale = scale;
    if (scale === 1) this.#x = this.#y = 0;
    this.#apply();
  }

  /** For the eye only; stays from picture to picture. */
  brighten(step) {
    this.#brightness = Math.round(Math.min(3, Math.max(0.4, this.#brightness + step)) * 10) / 10;
    if (this.#image) this.#image.style.filter = `brightness(${this.#brightness})`;
    return this.#brightness;
  }

  #apply() {
    if (!this.#image) return;
    this.#image.style.transform = this.#scale === 1 ? '' : `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.#frame.classList.toggle('is-zoomed', this.#scale > 1);
  }

  #wheel(event) {
    if (!this.#image) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * 0.0015), event.clientX, event.clientY);
  }

  #down(event) {
    if (!this.#image || event.button !== 0) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#frame.setPointerCapture(event.pointerId);
    this.#moved = false;
  }

  #move(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId);
    if (others.length === 1) {
      const [, other] = others[0];
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const now = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (before > 0) this.zoom(now / before, (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
    } else if (this.#scale > 1) {
      this.#x += event.clientX - last.x;
      this.#y += event.clientY - last.y;
      this.#apply();
    }
    this.#moved = true;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** A drag with Space held pans and does not skip. */
  get hasMoved() {
    return this.#moved;
  }

  forgetMove() {
    this.#moved = false;
  }
}
