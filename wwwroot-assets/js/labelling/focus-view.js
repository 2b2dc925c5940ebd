// The focus view: owns the keys, the image on screen and the save queue. Each key acts at once on the image that is shown;
// the server is told afterwards, and .NET only where a dialog is needed.

import { HttpError, address } from '../connection.js';
import { Choices } from './choices.js';
import { Decider } from './decider.js';
import { DiscardReasons } from './discard-reasons.js';
import { FocusPanels } from './focus-panels.js';
import { KeyList } from './key-list.js';
import { Keymap } from './keymap.js';
import { KeyInput } from './key-input.js';
import { classesByKey, withKeys } from './keys.js';
import { Labels } from './labels.js';
import { LookTime } from './look-time.js';
import { SaveQueue } from './save-queue.js';
import { SelectedImages } from './selected-images.js';
import { Screen } from './screen.js';
import { Settings } from './settings.js';
import { ShownPicture } from './shown-picture.js';
import { TaskSource } from './task-source.js';
import { Timeline } from './timeline.js';
import { Viewer } from './viewer.js';

const HISTORY = 60;

export async function start(root, options, dotnet) {
  const view = new FocusView(root, options, dotnet, await Keymap.load());
  await view.open();
  return view;
}

class FocusView {
  #timeline = new Timeline();
  #abort = new AbortController();
  #lookTime = new LookTime();
  #isGone = false;
  #seeding = null;

  constructor(root, options, dotnet, keymap) {
    this.root = root;
    this.options = options;
    this.dotnet = dotnet;
    this.keymap = keymap;
    this.settings = new Settings(options.projectId, options.order, options.isBlind);
    // Where images may have several classes, each key and button only chooses, and Enter saves.
    this.choices = options.takesSeveral ? new Choices() : null;
    this.panels = new FocusPanels(root, this.settings, this.choices, {
      label: (classId, imageId) => this.#label(classId, imageId),
      command: (name) => this.run(name),
      goTo: (imageId) => this.screen.show(this.#timeline.goTo(imageId)),
      resolve: (id, answer) => {
        this.decider.resolve(id, answer);
        this.screen.redraw();
      },
      showAgain: (decision) => {
        this.refocus();
        this.screen.showAgain(decision);
      },
      retry: () => this.#retry(),
      settingChanged: (name) => this.#settingChanged(name),
    });
    this.viewer = new Viewer(this.panels.part('frame'));
    this.keys = new KeyInput(keymap, {
      classOfKey: (key) => this.byKey.get(key),
      run: (name, classId) => this.run(name, classId),
      shownId: () => this.#timeline.current?.imageId,
      forgetMove: () => this.viewer.forgetMove(),
      hasMoved: () => this.viewer.hasMoved,
    });
    this.picture = new ShownPicture(this.viewer, this.panels);
    this.screen = new Screen(this.#timeline, this.panels, this.picture, this.#lookTime);
    this.reasons = new DiscardReasons(this.panels.part('reasons'), (task, reason) => this.#explain(task, reason));
    this.keyList = new KeyList(this.panels.part('help'), keymap, () => this.#keysChanged(), options.takesSeveral);
    this.again = options.again || options.skipped ? new SelectedImages(options.projectId) : null;
    this.panels.recheck = options.recheck ?? null;
    this.panels.isSecondLook = this.#isSecondLook;
    this.setClasses(options.classes);
  }

  /** Images with a label are walked through: Enter keeps it. */
  get #isSecondLook() {
    return Boolean(this.options.recheck) || this.again !== null;
  }

  async open() {
    const userId = this.options.userId;
    this.queue = new SaveQueue(address(`api/v1/projects/${this.options.projectId}/labelling/decisions`), this.options.projectId, userId, {
      changed: (state) => {
        this.panels.showSaveState(state);
        this.#seedHistory();
      },
      saved: (decision, result) => this.#saved(decision, result),
      setAside: (decision, result) => this.#setAside(decision, result),
    });
    this.decider = new Decider(this.#timeline, this.queue, this.panels, {
      nameOf: (label) => this.labels.of(label)?.name ?? null,
      leadTimeMs: () => this.#lookTime.ms,
      isSecondLook: this.#isSecondLook,
    });
    this.source = new TaskSource(this.options.projectId, this.settings.order, { recheck: this.options.recheck?.id ?? null, again: this.again }, {
      taken: (answer) => this.#taken(answer),
      failed: (error) => this.#takeFailed(error),
      heldIds: () => this.#heldIds(),
      undecidedIds: () => this.#timeline.undecidedIds.filter((id) => !this.queue.pendingIds.includes(id)),
      lacksSuggestion: () => {
        const task = this.#timeline.current;
        return task?.state === 'Unlabelled' && !task.suggestion && !this.settings.blind && !this.again;
      },
      shownId: () => this.#timeline.current?.imageId ?? null,
      ready: (count) => this.root.setAttribute('data-reserve', count),
      advised: (advisers) => this.#advised(advisers),
      wasDecidedSince: (imageId, time) => this.#timeline.tasks.some((t) => t.imageId === imageId && t.decidedAt >= time),
    });
    this.screen.source = this.source;
    this.#listen();
    this.panels.open();
    await this.queue.open();
    if (this.options.skipped) await this.again.readSkipped();
    await this.#seedHistory();
    await this.source.open();
    this.root.dataset.ready = 'true';
  }

  // Called from .NET.

  /** Those in use; where images may have several, their combinations too. */
  setClasses(list) {
    this.labels = new Labels(list, this.options.takesSeveral);
    if (this.choices) this.choices.labels = this.labels;
    this.keyList.setClasses(this.labels.classes);
    this.#keysChanged();
    this.screen.redraw();
  }

  /** A class made while labelling: the image that was shown when the dialog opened gets it, if it is still shown. */
  useNewClass(classId, imageId) {
    this.refocus();
    if (classId && this.#timeline.current?.imageId === imageId) this.#label(classId, imageId);
  }

  /** Told by .NET when the comments of an image were read or written. */
  setComments(imageId, open) {
    const task = this.#timeline.tasks.find((t) => t.imageId === imageId);
    if (task) task.openComments = open;
    this.panels.showTask(this.#timeline.current, { isSame: true });
    this.refocus();
  }

  #keysChanged() {
    const own = withKeys(this.labels.classes, this.keymap);
    this.byKey = classesByKey(own);
    this.panels.setLabels(this.labels, own);
    this.panels.showKeys(this.keymap);
  }

  refocus() {
    this.panels.part('stage').focus({ preventScroll: true });
  }

  dispose() {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#abort.abort();
    this.source.close();
    this.queue.close();
    this.picture.close();
    this.reasons.withdraw();
    this.panels.close();
  }

  // Keys and commands.

  #listen() {
    const options = { signal: this.#abort.signal };
    this.keys.listen(options);
    document.addEventListener('visibilitychange', () => this.#lookTime.visibilityChanged(), options);
    window.addEventListener('online', () => this.#retry(), options);
    // Back from the tab in which the person signed in again.
    window.addEventListener('focus', () => this.#retry(), options);
    window.addEventListener('pagehide', () => {
      this.queue.flush();
      this.source.release();
    }, options);
    window.addEventListener('beforeunload', (e) => {
      // What is in IndexedDB survives; only a browser without it would lose decisions.
      if (this.queue.waitingCount > 0 && !this.queue.isDurable) e.preventDefault();
    }, options);
  }

  /** The server can be reached again, as it seems. */
  #retry() {
    this.queue.retryNow();
    this.source.loadPictures();
    this.picture.retry();
  }

  run(name, classId) {
    const commands = {
      label: () => this.#label(classId),
      accept: () => this.#accept(),
      skip: () => this.#decide('Skip'),
      discard: () => this.#discard(),
      'discard-reason': () => this.reasons.focus(),
      unsure: () => this.#unsure(),
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      previous: () => this.screen.show(this.#timeline.previous()),
      next: () => this.screen.show(this.#timeline.next() ?? this.screen.pull()),
      find: () => this.panels.openFind(this.#timeline.current?.imageId),
      'new-class': () => this.#newClass(),
      'toggle-suggestions': () => this.panels.toggleBlind(),
      grid: () => location.assign(this.options.gridUrl),
      similar: () => this.#similar(),
      comment: () => this.#comment(),
      help: () => this.keyList.open(),
      ...this.viewer.commands,
    };
    commands[name]?.();
  }

  #label(classId, imageId = this.#timeline.current?.imageId) {
    const task = this.#timeline.current;
    if (!this.labels.isClass(classId) || task?.imageId !== imageId) return;
    if (!this.choices) return this.#decide('Label', { classId });
    if (!task || !this.options.canLabel) return;
    this.choices.toggle(task, this.panels.shownSuggestion(task), classId);
    this.panels.showTask(task, { isSame: true });
  }

  /** Among images labelled before a class existed, Enter keeps the label: it was looked at with the class to choose. */
  #accept() {
    const task = this.#timeline.current;
    if (this.choices) return this.#saveChoice(task);
    if (this.#isSecondLook && task?.state === 'Labelled') return this.#decide('Label', { classId: task.classId });
    const top = this.panels.shownSuggestion(task);
    if (top) this.#decide('Label', { classId: top.classId });
    else this.panels.say('There is no suggestion for this image yet: choose a class.');
  }

  #saveChoice(task) {
    const classIds = this.panels.chosen(task);
    if (classIds) this.#decide('Label', { classIds });
    else if (task) this.panels.say(task.state === 'Discarded' ? 'This image is discarded: choose classes to give it a label.' : 'A class of this image is no longer in use: choose others.');
  }

  #discard() {
    const task = this.#timeline.current;
    this.#decide('Discard');
    if (task?.state === 'Discarded') this.reasons.offer(task);
  }

  #explain(task, reason) {
    if (task && reason) this.decider.explain(task, reason);
    this.screen.redraw();
    this.refocus();
  }

  /** Unsure: marked for a second look and out of the way; pressed again it takes the mark off. */
  #unsure() {
    const task = this.#timeline.current;
    if (!task) return;
    if (task.isFlagged) {
      this.#decide('Unflag');
    } else {
      this.#decide('Flag', {}, { stay: task.state === 'Unlabelled' });
      if (task.state === 'Unlabelled') this.#decide('Skip');
    }
  }

  #newClass() {
    const task = this.#timeline.current;
    if (this.options.canManageClasses && task) this.dotnet.invokeMethodAsync('OpenNewClassAsync', task.imageId).catch(() => {});
  }

  #comment() {
    const task = this.#timeline.current;
    if (task) this.dotnet.invokeMethodAsync('OpenCommentsAsync', task.imageId).catch(() => {});
  }

  /** What was decided is in the save queue, which outlives the page. */
  #similar() {
    const task = this.#timeline.current;
    if (task) location.assign(`${this.options.imagesUrl}?similar=${task.imageId}`);
  }

  // Decisions.

  /** label: { classId }, or { classIds } where images may have several. */
  #decide(kind, { classId = null, classIds = null } = {}, { stay = false } = {}) {
    const task = this.#timeline.current;
    if (!task || !this.options.canLabel) return;
    const label = kind === 'Label' ? this.labels.of({ classId, classIds }) : null;
    if (kind === 'Label' && !label) return this.panels.say('This class is no longer in use: choose another one.');
    this.decider.decide(task, { kind, classId, classIds });
    if (kind !== 'Unflag') this.choices?.forget(task);
    this.reasons.withdraw();
    this.panels.flash(kind, label);
    if (!stay && kind !== 'Unflag' && (this.settings.advance || kind === 'Skip')) this.screen.advance();
    else this.panels.showTask(task);
    this.panels.showHistory(this.#timeline);
  }

  #saved(decision, result) {
    this.decider.saved(decision, result);
    this.source.reorder();
  }

  /** What the server did not take is not shown as if it had. */
  #setAside(decision, result) {
    this.decider.setAside(decision, result);
    this.screen.redraw();
  }

  #undo() {
    this.reasons.withdraw();
    const step = this.decider.undo();
    if (!step) return this.panels.say('Nothing to undo here.');
    this.choices?.takeBack(step);
    this.screen.show(this.#timeline.current);
    this.panels.flash('Undo');
  }

  #redo() {
    const step = this.decider.redo();
    if (!step) return this.panels.say('Nothing to redo.');
    this.choices?.forget(step.task);
    this.panels.flash('Redo');
    this.screen.advance();
    this.panels.showHistory(this.#timeline);
  }

  #taken(answer) {
    this.picture.retry();
    this.panels.showCounts(answer.counts, answer.queue, this.queue.waitingCount);
    this.panels.showLeftToCheck(this.again ? this.again.left + this.source.count : answer.recheckLeft);
    for (const task of this.#timeline.tasks) {
      // A suggestion on screen is never exchanged: Enter must mean what the person has read.
      task.openComments = answer.openComments[task.imageId] ?? task.openComments;
      if (!task.suggestion && answer.suggestions[task.imageId]) task.suggestion = answer.suggestions[task.imageId];
    }
    if (!this.#timeline.current) this.screen.show(this.screen.pull() ?? this.#timeline.anyUndecided());
    else this.panels.showTask(this.#timeline.current, { isSame: true });
  }

  /** Whoever suggested classes may do so no longer: a suggestion of theirs says so where it stands. */
  #advised(advisers) {
    if (this.panels.advisers?.join() === advisers.join()) return;
    this.panels.advisers = advisers;
    this.panels.showTask(this.#timeline.current, { isSame: true });
  }

  #takeFailed(error) {
    if (this.#timeline.current) return;
    this.panels.showState(error instanceof HttpError && error.isTemporary ? 'offline' : 'failed', error.message);
  }

  #heldIds() {
    return [...new Set([...this.#timeline.undecidedIds, ...this.queue.pendingIds])];
  }

  /** What still waits in this browser is decided too: the history is asked for when it has been sent. */
  #seedHistory() {
    return this.queue.waitingCount > 0 ? null : (this.#seeding ??= this.#readHistory());
  }

  async #readHistory() {
    try {
      this.#timeline.seed(await this.source.recent(HISTORY));
      this.panels.showHistory(this.#timeline);
    } catch {
      // Without the server there is no history to show yet; labelling goes on.
      this.#seeding = null;
    }
  }

  #settingChanged(name) {
    if (name === 'order') this.source.setOrder(this.settings.order);
    else this.panels.showTask(this.#timeline.current);
    this.refocus();
  }
}
