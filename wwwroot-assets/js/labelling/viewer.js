// One picture, fitted, zoomed and dragged. It shows what it is given at once and knows nothing of classes.

const LARGEST = 12;
// Of the original's pixels: one is a square of so many on the screen.
const LARGEST_PIXEL = 4;

export class Viewer {
  #frame;
  #image = null;
  #scale = 1;
  #x = 0;
  #y = 0;
  #brightness = 1;
  #contrast = 1;
  #gamma = 1;
  #filters;
  #hasColours = false;
  /** What the picture is a smaller copy of: { widthPx, heightPx, url }. */
  #original = null;
  #smallUrl = null;
  #turn = 0;
  #pointers = new Map();
  #moved = false;
  #abort = new AbortController();

  constructor(frame) {
    this.#frame = frame;
    this.#filters = lightFilters();
    frame.after(this.#filters);
    const options = { signal: this.#abort.signal };
    frame.addEventListener('wheel', (e) => this.#wheel(e), { ...options, passive: false });
    frame.addEventListener('pointerdown', (e) => this.#down(e), options);
    frame.addEventListener('pointermove', (e) => this.#move(e), options);
    for (const end of ['pointerup', 'pointercancel']) frame.addEventListener(end, (e) => this.#pointers.delete(e.pointerId), options);
    frame.addEventListener('dblclick', () => (this.#scale === 1 ? this.zoom(2) : this.fit()), options);
  }

  /** What keys and buttons may ask for, by the names of the keymap. Nothing here touches the stored file. */
  commands = {
    fit: () => this.fit(),
    'zoom-in': () => this.zoom(1.4),
    'zoom-out': () => this.zoom(1 / 1.4),
    'actual-size': () => this.actualSize(),
    rotate: () => this.rotate(),
    pixels: () => this.#frame.classList.toggle('is-pixelated'),
    darker: () => this.#light(-0.2, 0),
    brighter: () => this.#light(0.2, 0),
    flatter: () => this.#light(0, -0.2),
    stronger: () => this.#light(0, 0.2),
    'shadows-down': () => this.#light(0, 0, -0.2),
    'shadows-up': () => this.#light(0, 0, 0.2),
    colours: () => this.#toggleColours(),
  };

  close() {
    this.#abort.abort();
    this.#filters.remove();
  }

  /** original: what the picture is a copy of, fetched where somebody looks closer than the copy allows. */
  show(image, original = null) {
    if (this.#image === image) return;
    this.#useSmall();
    this.#image = image;
    this.#original = original;
    image.draggable = false;
    image.className = 'lsn-picture';
    image.style.filter = this.#filter;
    this.#turn = 0;
    this.fit();
    this.#frame.replaceChildren(image);
  }

  clear(...content) {
    this.#useSmall();
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
    const scale = Math.min(this.#largest, Math.max(1, this.#scale * factor));
    this.#x = px - ((px - this.#x) * scale) / this.#scale;
    this.#y = py - ((py - this.#y) * scale) / this.#scale;
    this.#scale = scale;
    if (scale === 1) this.#x = this.#y = 0;
    this.#apply();
  }

  /** One pixel of the original is one of the screen. */
  actualSize() {
    if (!this.#image?.naturalWidth) return;
    this.fit();
    this.#scale = Math.min(this.#largest, 1 / this.#fittedOriginal);
    this.#apply();
  }

  get #largest() {
    return this.#image?.naturalWidth ? Math.max(LARGEST, LARGEST_PIXEL / this.#fittedOriginal) : LARGEST;
  }

  /** Pixels of the original to those of the screen while it is fitted and upright. */
  get #fittedOriginal() {
    const { naturalWidth, naturalHeight } = this.#image;
    return (this.#fitted * Math.max(naturalWidth, naturalHeight)) / Math.max(this.#original?.widthPx ?? 0, this.#original?.heightPx ?? 0, naturalWidth, naturalHeight);
  }

  /** Where the copy's pixels would be seen, the original's come in their place, as soon as they are there. */
  #sharpen() {
    const image = this.#image;
    if (this.#smallUrl || !this.#original || !image.naturalWidth || this.#scale * this.#fitted <= 1) return;
    const { widthPx, heightPx, url } = this.#original;
    if (Math.max(widthPx, heightPx) <= Math.max(image.naturalWidth, image.naturalHeight)) return;
    this.#smallUrl = image.src;
    const full = new Image();
    full.src = url;
    full.decode().then(() => {
      if (this.#image !== image || !this.#smallUrl) return;
      image.src = url;
      this.#frame.dataset.resolution = 'original';
    }, () => {
      // No server, or no such picture: the copy stays.
      if (this.#image === image) this.#smallUrl = null;
    });
  }

  /** The original takes many times the room of the copy: it is kept only while it is looked at. */
  #useSmall() {
    if (this.#image && this.#smallUrl && this.#image.src !== this.#smallUrl) this.#image.src = this.#smallUrl;
    this.#smallUrl = null;
    delete this.#frame.dataset.resolution;
  }

  /** A quarter turn for the eye, until the next picture. */
  rotate() {
    this.#turn = (this.#turn + 90) % 360;
    this.fit();
  }

  /** Picture pixels to screen pixels while it is fitted and upright. */
  get #fitted() {
    return Math.min(this.#image.offsetWidth / this.#image.naturalWidth, this.#image.offsetHeight / this.#image.naturalHeight);
  }

  /** What keeps a picture that lies on its side inside the frame. */
  get #sideways() {
    const { naturalWidth: w, naturalHeight: h, offsetWidth, offsetHeight } = this.#image;
    if (this.#turn % 180 === 0 || !w) return 1;
    return Math.min(offsetWidth / h, offsetHeight / w) / this.#fitted;
  }

  /** For the eye only; stays from picture to picture. */
  #light(brightness, contrast, gamma = 0) {
    const within = (value) => Math.round(Math.min(3, Math.max(0.4, value)) * 10) / 10;
    this.#brightness = within(this.#brightness + brightness);
    this.#contrast = within(this.#contrast + contrast);
    this.#gamma = within(this.#gamma + gamma);
    for (const channel of this.#filters.querySelectorAll('[exponent]')) channel.setAttribute('exponent', 1 / this.#gamma);
    if (this.#image) this.#image.style.filter = this.#filter;
  }

  get #filter() {
    const light = this.#brightness === 1 && this.#contrast === 1 ? '' : `brightness(${this.#brightness}) contrast(${this.#contrast})`;
    return [light, this.#gamma === 1 ? '' : 'url(#lsn-gamma)', this.#hasColours ? 'url(#lsn-colours)' : ''].filter(Boolean).join(' ');
  }

  /** Of 4,096 or 65,536 shades of grey an eye tells a hundred apart, of colours many more. Stays from picture to picture. */
  #toggleColours() {
    this.#hasColours = !this.#hasColours;
    if (this.#image) this.#image.style.filter = this.#filter;
  }

  #apply() {
    if (!this.#image) return;
    const scale = this.#scale * this.#sideways;
    this.#image.style.transform = scale === 1 && this.#turn === 0 ? ''
      : `translate(${this.#x}px, ${this.#y}px) scale(${scale}) rotate(${this.#turn}deg)`;
    this.#frame.classList.toggle('is-zoomed', this.#scale > 1);
    this.#sharpen();
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

/** From dark to light: violet, blue, green, yellow. Lightness rises all along, so that the order of the shades stays. */
const COLOURS = [['R', '0.27 0.28 0.23 0.17 0.13 0.13 0.37 0.68 0.99'], ['G', '0 0.16 0.32 0.45 0.57 0.69 0.79 0.87 0.91'], ['B', '0.33 0.47 0.55 0.56 0.55 0.49 0.38 0.19 0.15']];

/** CSS has no filter for gamma, and none that gives each shade a colour. */
function lightFilters() {
  const holder = document.createElement('div');
  holder.innerHTML = `<svg class="visually-hidden" width="0" height="0" aria-hidden="true"><filter id="lsn-gamma" color-interpolation-filters="sRGB">
    <feComponentTransfer>${['R', 'G', 'B'].map((channel) => `<feFunc${channel} type="gamma" exponent="1" />`).join('')}</feComponentTransfer></filter>
    <filter id="lsn-colours" color-interpolation-filters="sRGB"><feColorMatrix type="saturate" values="0" />
    <feComponentTransfer>${COLOURS.map(([channel, table]) => `<feFunc${channel} type="table" tableValues="${table}" />`).join('')}</feComponentTransfer></filter></svg>`;
  return holder.firstElementChild;
}
