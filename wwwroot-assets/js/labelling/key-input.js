// Key presses on the page, as commands.

import { commandOf } from './keys.js';
import { keyPressed } from './paint-time.js';

export class KeyInput {
  #spaceDoes = null;

  /** view: { classOfKey(key), run(name, classId), shownId(), forgetMove(), hasMoved() } */
  constructor(keymap, view) {
    this.keymap = keymap;
    this.view = view;
  }

  listen(options) {
    document.addEventListener('keydown', (e) => this.#down(e), options);
    document.addEventListener('keyup', (e) => this.#up(e), options);
  }

  #down(event) {
    if (document.querySelector('dialog[open], .mud-dialog')) return;
    const command = commandOf(event, this.keymap, this.view.classOfKey);
    if (!command) return;
    event.preventDefault();
    if (event.key === ' ') {
      // Space acts when it is let go, so that Space and a drag can pan.
      this.view.forgetMove();
      this.#spaceDoes = { command, imageId: this.view.shownId() };
      return;
    }
    keyPressed();
    this.view.run(command.name, command.classId);
  }

  #up(event) {
    if (event.key !== ' ' || !this.#spaceDoes) return;
    const { command, imageId } = this.#spaceDoes;
    this.#spaceDoes = null;
    if (!this.view.hasMoved() && this.view.shownId() === imageId) this.view.run(command.name, command.classId);
  }
}
