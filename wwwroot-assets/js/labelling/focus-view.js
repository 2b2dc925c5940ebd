// The focus view: owns the keys, the image on screen and the save queue. Each key acts at once on the image that is shown;
// the server is told afterwards, and .NET only where a dialog is needed.

import { HttpError, address } from '../connection.js';
import { apply, countChange, inverse, stateOf } from './decisions.js';
import { FocusPanels } from './focus-panels.js';
import { KeyList } from './key-list.js';
import { Keymap } from './keymap.js';
import { commandOf } from './keys.js';
import { SaveQueue, newId } from './save-queue.js';
import { Settings } from './settings.js';
import { TaskSource, preload } from './task-source.js';
import { Timeline } from './timeline.js';
import { Viewer } from './viewer.js';

const HISTORY = 60;
const LEAD_TIME_LIMIT_MS = 600000;

export async function start(root, options, dotnet) {
  const view = new FocusView(root, options, dotnet, await Keymap.load());
  await view.open();
  return view;
}

class FocusView {
  #timeline = new Timeline();
  #abort = new AbortController();
  #shownAt = 0;
  #hiddenSince = null;
  #isGone = false;

  constructor(root, options, dotnet, keymap) {
    this.root = root;
    this.options = options;
    this.dotnet = dotnet;
    this.keymap = keymap;
    this.settings = new Settings(options.projectId, options.order);
    this.panels = new FocusPanels(root, this.settings, {
      label: (classId, imageId) => this.#label(classId, imageId),
      command: (name) => this.run(name),
      goTo: (imageId) => this.#show(this.#timeline.goTo(imageId)),
      resolve: (id, useOwn) => this.queue.resolve(id, useOwn),
      retry: () => this.queue.retryNow(),
      settingChanged: (name) => this.#settingChanged(name),
    });
    this.viewer = new Viewer(this.panels.part('frame'));
    this.keyList = new KeyList(this.panels.part('help'), keymap, () => this.panels.showKeys(keymap));
    this.panels.recheck = options.recheck ?? null;
    this.panels.showKeys(keymap);
    this.setClasses(options.classes);
  }

  async open() {
    const userId = this.options.userId;
    this.queue = new SaveQueue(address(`api/v1/projects/${this.options.projectId}/labelling/decisions`), this.options.projectId, userId, {
      changed: (state) => this.panels.showSaveState(state),
      saved: (decision, result) => this.#saved(decision, result),
    });
    this.source = new TaskSource(this.options.projectId, this.settings.order, this.options.recheck?.id ?? null, {
      taken: (answer) => this.#taken(answer),
      failed: (error) => this.#takeFailed(error),
      heldIds: () => this.#heldIds(),
      wasDecidedSince: (imageId, time) => this.#timeline.tasks.some((t) => t.imageId === imageId && t.decidedAt >= time),
    });
    this.#listen();
    this.panels.open();
    await this.queue.open();
    await this.#seedHistory();
    await this.source.open();
    this.root.dataset.ready = 'true';
  }

  // Called from .NET.

  setClasses(classes) {
    this.classes = new Map(classes.map((c) => [c.id, c]));
    this.byKey = new Map(classes.filter((c) => c.hotkey).map((c) => [c.hotkey.toLowerCase(), c.id]));
    this.panels.setClasses(classes);
    this.keyList.setClasses(classes);
    this.panels.showTask(this.#timeline.current);
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

  refocus() {
    this.panels.part('stage').focus({ preventScroll: true });
  }

  dispose() {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#abort.abort();
    this.source.close();
    this.queue.close();
    this.viewer.close();
    this.panels.close();
  }

  // Keys and commands.

  #listen() {
    const options = { signal: this.#abort.signal };
    document.addEventListener('keydown', (e) => this.#keyDown(e), options);
    document.addEventListener('keyup', (e) => this.#keyUp(e), options);
    document.addEventListener('visibilitychange', () => this.#visibilityChanged(), options);
    window.addEventListener('online', () => this.queue.retryNow(), options);
    // Back from the tab in which the person signed in again.
    window.addEventListener('focus', () => this.queue.retryNow(), options);
    window.addEventListener('pagehide', () => {
      this.queue.flush();
      this.source.release();
    }, options);
    window.addEventListener('beforeunload', (e) => {
      // What is in IndexedDB survives; only a browser without it would lose decisions.
      if (this.queue.waitingCount > 0 && !this.queue.isDurable) e.preventDefault();
    }, options);
  }

  #keyDown(event) {
    if (document.querySelector('dialog[open], .mud-dialog')) return;
    const command = commandOf(event, this.keymap, (key) => this.byKey.get(key));
    if (!command) return;
    event.preventDefault();
    if (event.key === ' ') {
      // Space acts when it is let go, so that Space and a drag can pan.
      this.viewer.forgetMove();
      this.spaceDoes = { command, imageId: this.#timeline.current?.imageId };
      return;
    }
    performance.mark('lsn-key');
    this.run(command.name, command.classId);
  }

  #keyUp(event) {
    if (event.key !== ' ' || !this.spaceDoes) return;
    const { command, imageId } = this.spaceDoes;
    this.spaceDoes = null;
    if (!this.viewer.hasMoved && this.#timeline.current?.imageId === imageId) this.run(command.name, command.classId);
  }

  run(name, classId) {
    const commands = {
      label: () => this.#label(classId),
      accept: () => this.#accept(),
      skip: () => this.#decide('Skip'),
      discard: () => this.#decide('Discard'),
      unsure: () => this.#unsure(),
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      previous: () => this.#show(this.#timeline.previous()),
      next: () => this.#show(this.#timeline.next() ?? this.#pull()),
      find: () => this.panels.openFind(this.#timeline.current?.imageId),
      'new-class': () => this.#newClass(),
      'toggle-suggestions': () => this.panels.toggleBlind(),
      grid: () => location.assign(this.options.gridUrl),
      fit: () => this.viewer.fit(),
      'zoom-in': () => this.viewer.zoom(1.4),
      'zoom-out': () => this.viewer.zoom(1 / 1.4),
      darker: () => this.viewer.brighten(-0.2),
      brighter: () => this.viewer.brighten(0.2),
      comment: () => this.#comment(),
      help: () => this.keyList.open(),
    };
    commands[name]?.();
  }

  #label(classId, imageId = this.#timeline.current?.imageId) {
    const known = this.classes.get(classId);
    if (!known || this.#timeline.current?.imageId !== imageId) return;
    this.#decide('Label', classId);
  }

  /** Among images labelled before a class existed, Enter keeps the label: it was looked at with the class to choose. */
  #accept() {
    const task = this.#timeline.current;
    if (this.options.recheck && task?.state === 'Labelled') return this.#decide('Label', task.classId);
    const top = this.panels.shownSuggestion(this.#timeline.current);
    if (top) this.#decide('Label', top.classId);
    else this.panels.say('There is no suggestion for this image yet: choose a class.');
  }

  /** Unsure: marked for a second look and out of the way; pressed again it takes the mark off. */
  #unsure() {
    const task = this.#timeline.current;
    if (!task) return;
    if (task.isFlagged) {
      this.#decide('Unflag');
    } else {
      this.#decide('Flag', null, { stay: task.state === 'Unlabelled' });
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

  // Decisions.

  #decide(kind, classId = null, { stay = false } = {}) {
    const task = this.#timeline.current;
    if (!task || !this.options.canLabel) return;
    if (kind === 'Label' && !this.classes.has(classId)) return this.panels.say('This class is no longer in use: choose another one.');
    const before = stateOf(task);
    this.#send(task, kind, classId, this.panels.shownSuggestion(task));
    this.#timeline.record({ task, kind, classId, before });
    this.#changed(task, kind, classId, before);
    task.isDecided = !(kind === 'Flag' || kind === 'Unflag') || task.isDecided;
    this.panels.flash(kind, this.classes.get(classId));
    if (!stay && kind !== 'Unflag' && (this.settings.advance || kind === 'Skip')) this.#advance();
    else this.panels.showTask(task);
    this.panels.showHistory(this.#timeline);
  }

  #send(task, kind, classId, suggestion = null) {
    const lead = Math.min(LEAD_TIME_LIMIT_MS, Math.round(performance.now() - this.#shownAt));
    this.queue.add({
      id: newId(),
      imageId: task.imageId,
      fileName: task.fileName,
      sha256: task.sha256,
      kind,
      classId,
      className: this.classes.get(classId)?.name ?? null,
      expectedVersion: task.labelVersion,
      suggestedClassId: suggestion?.classId ?? null,
      suggestedProbability: suggestion?.probability ?? null,
      suggestionSource: suggestion?.source ?? null,
      leadTimeMs: this.#shownAt > 0 ? lead : null,
    });
  }

  #changed(task, kind, classId, before) {
    apply(task, kind, classId);
    task.decidedAt = performance.now();
    this.panels.addCounts(countChange(before, stateOf(task)));
  }

  #saved(decision, result) {
    const task = this.#timeline.tasks.find((t) => t.imageId === decision.imageId);
    if (task) task.labelVersion = result.labelVersion;
    this.source.reorder();
  }

  #undo() {
    let step = this.#timeline.takeUndo();
    if (!step) return this.panels.say('Nothing to undo here.');
    this.#takeBack(step);
    // Unsure is a mark and a skip: one key, one undo.
    if (step.kind === 'Skip' && step.task.isFlagged) {
      step = this.#timeline.takeUndo();
      if (step) this.#takeBack(step);
    }
    this.#show(this.#timeline.current);
    this.panels.flash('Undo');
  }

  #takeBack(step) {
    const back = inverse(step.kind, step.before);
    if (back) {
      const before = stateOf(step.task);
      this.#send(step.task, back.kind, back.classId);
      this.#changed(step.task, back.kind, back.classId, before);
    }
    step.task.isDecided = step.before.state !== 'Unlabelled' && !this.options.recheck;
  }

  #redo() {
    const step = this.#timeline.takeRedo();
    if (!step) return this.panels.say('Nothing to redo.');
    const before = stateOf(step.task);
    this.#send(step.task, step.kind, step.classId);
    this.#changed(step.task, step.kind, step.classId, before);
    step.task.isDecided = true;
    this.panels.flash('Redo');
    this.#advance();
    this.panels.showHistory(this.#timeline);
  }

  // What is on screen.

  #advance() {
    this.#show(this.#timeline.nextUndecided() ?? this.#pull() ?? this.#timeline.anyUndecided());
    if (!this.#timeline.current) this.panels.showTask(null);
  }

  #pull() {
    const task = this.source.next();
    if (!task) this.#timeline.leave();
    else task.wasSkipped = this.#timeline.tasks.some((t) => t.imageId === task.imageId);
    return task ? this.#timeline.push(task) : null;
  }

  #show(task) {
    if (!task) {
      if (!this.#timeline.current) {
        this.viewer.clear();
        this.panels.showTask(null);
        this.panels.showState(this.source.isExhausted ? 'done' : 'loading');
      }
      return;
    }
    preload(task);
    this.viewer.show(task.image);
    this.panels.showState('working');
    this.panels.showTask(task);
    this.panels.showHistory(this.#timeline);
    this.#shownAt = performance.now();
    task.loaded?.then(() => {
      if (this.#timeline.current === task) this.panels.showBroken(task);
    });
    measurePaint();
  }

  #taken(answer) {
    this.panels.showCounts(answer.counts, answer.queue, this.queue.waitingCount);
    this.panels.showRecheckLeft(answer.recheckLeft);
    for (const task of this.#timeline.tasks) {
      // A suggestion on screen is never exchanged: Enter must mean what the person has read.
      task.openComments = answer.openComments[task.imageId] ?? task.openComments;
      if (!task.suggestion && answer.suggestions[task.imageId]) task.suggestion = answer.suggestions[task.imageId];
    }
    if (!this.#timeline.current) this.#show(this.#pull() ?? this.#timeline.anyUndecided());
    else this.panels.showTask(this.#timeline.current, { isSame: true });
  }

  #takeFailed(error) {
    if (this.#timeline.current) return;
    this.panels.showState(error instanceof HttpError && error.isTemporary ? 'offline' : 'failed', error.message);
  }

  #heldIds() {
    return [...new Set([...this.#timeline.undecidedIds, ...this.queue.pendingIds])];
  }

  async #seedHistory() {
    try {
      const recent = await this.source.recent(HISTORY);
      this.#timeline.seed(recent.map((task) => ({ ...task, isDecided: true })));
      this.panels.showHistory(this.#timeline);
    } catch {
      // Without the server there is no history to show yet; labelling goes on.
    }
  }

  #settingChanged(name) {
    if (name === 'order') this.source.setOrder(this.settings.order);
    else this.panels.showTask(this.#timeline.current);
    this.refocus();
  }

  /** Time in a hidden tab is not time spent on an image. */
  #visibilityChanged() {
    if (document.visibilityState === 'hidden') this.#hiddenSince = performance.now();
    else if (this.#hiddenSince !== null) {
      this.#shownAt += performance.now() - this.#hiddenSince;
      this.#hiddenSince = null;
    }
  }
}

/** Time from the key press to the frame that shows the next image, for the browser's own timeline and the benchmark. */
function measurePaint() {
  if (performance.getEntriesByName('lsn-key').length === 0) return;
  requestAnimationFrame(() => setTimeout(() => {
    if (performance.getEntriesByName('lsn-key').length === 0) return;
    performance.measure('lsn-key-to-paint', 'lsn-key');
    performance.clearMarks('lsn-key');
  }));
}
