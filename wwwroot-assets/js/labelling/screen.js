// Which image is on screen: the next one, one gone back to, or none while there is nothing to show.

import { measurePaint } from './paint-time.js';

export class Screen {
  #timeline;
  #panels;
  #picture;
  #lookTime;

  constructor(timeline, panels, picture, lookTime) {
    this.#timeline = timeline;
    this.#panels = panels;
    this.#picture = picture;
    this.#lookTime = lookTime;
    /** Where images come from; set before the first is shown. */
    this.source = null;
  }

  advance() {
    this.show(this.#timeline.nextUndecided() ?? this.pull() ?? this.#timeline.anyUndecided());
    if (!this.#timeline.current) this.#panels.showTask(null);
  }

  pull() {
    const task = this.source.next();
    if (!task) this.#timeline.leave();
    else task.wasSkipped = this.#timeline.tasks.some((t) => t.imageId === task.imageId);
    return task ? this.#timeline.push(task) : null;
  }

  show(task) {
    if (!task) {
      if (!this.#timeline.current) {
        this.#picture.clear();
        this.#panels.showTask(null);
        this.#panels.showState(this.source.isExhausted ? 'done' : 'loading');
      }
      return;
    }
    this.#picture.show(task);
    this.#panels.showState('working');
    this.#panels.showTask(task);
    this.#panels.showHistory(this.#timeline);
    this.#lookTime.restart();
    measurePaint();
  }

  /** After a reload the image may not be among those of this page. */
  async showAgain({ imageId, fileName }) {
    const seen = this.#timeline.goTo(imageId);
    if (seen) return this.show(seen);
    try {
      const task = await this.source.one(imageId);
      if (task) this.show(this.#timeline.push(task));
      else this.#panels.say(`${fileName} is gone, or somebody else has it open.`);
    } catch (error) {
      this.#panels.say(error.message);
    }
  }

  redraw() {
    this.#panels.showTask(this.#timeline.current, { isSame: true });
    this.#panels.showHistory(this.#timeline);
  }
}
