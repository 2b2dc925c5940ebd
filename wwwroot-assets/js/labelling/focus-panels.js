// Everything around the picture: suggestion, class buttons, numbers, messages. It draws and reports clicks; it decides nothing.

import { percent, plural } from '../dom.js';
import { orderOf, ranksOf } from './class-order.js';
import { FindClass } from './find-class.js';
import { HistoryStrip } from './history-strip.js';
import { show } from './keys.js';
import { SaveState } from './save-state.js';
import { SuggestionChip } from './suggestion-chip.js';

export class FocusPanels {
  #labels = null;
  #classes = new Map();
  #counts = null;
  #task = null;
  #abort = new AbortController();
  #flashTimer = null;
  #undoKey = '';
  #toSave = null;

  /** recheck: the class whose earlier images are walked through; isSecondLook: images with a label are, to be kept or changed. */
  recheck = null;
  isSecondLook = false;

  /** Names of those who suggest classes now; null: not told yet. */
  advisers = null;

  /** choices: null where an image has one class. actions: { label(classId, imageId), command(name), goTo(imageId), resolve(id, answer), showAgain(decision), retry(), settingChanged(name) } */
  constructor(root, settings, choices, actions) {
    this.root = root;
    this.settings = settings;
    this.choices = choices;
    this.actions = actions;
    this.history = new HistoryStrip(this.part('history'), actions.goTo);
    this.saveState = new SaveState(this.part('save-state'), this.part('problems'), this.part('sign-in'), actions);
    this.chip = new SuggestionChip(this.part('suggestion'), choices);
    this.find = new FindClass(this.part('find'), (classId, imageId) => actions.label(classId, imageId));
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  open() {
    const options = { signal: this.#abort.signal };
    this.root.addEventListener('click', (e) => this.#click(e), options);
    this.root.addEventListener('change', (e) => this.#change(e), options);
    for (const input of this.root.querySelectorAll('[data-setting]')) {
      const value = this.settings[input.dataset.setting];
      if (input.type === 'checkbox') input.checked = value;
      else input.value = value;
    }
    if (this.settings.isBlindForAll) this.root.querySelector('[data-setting="blind"]').disabled = true;
    this.#showOrder();
    this.showState('loading');
    this.#fit();
    window.addEventListener('resize', () => this.#fit(), options);
  }

  /** The view takes the height that the page's frame leaves. */
  #fit() {
    this.root.style.setProperty('--lsn-top', `${Math.round(this.root.getBoundingClientRect().top + window.scrollY)}px`);
  }

  close() {
    this.#abort.abort();
    clearTimeout(this.#flashTimer);
  }

  /** classes: those to choose, with this person's keys. */
  setLabels(labels, classes) {
    this.#labels = labels;
    this.#classes = new Map(classes.map((c) => [c.id, c]));
    this.history.setLabels(labels);
    this.saveState.setLabels(labels);
    this.find.setClasses(classes);
  }

  /** The suggestion as the person sees it: none in blind mode, none of a class that is gone. */
  shownSuggestion(task) {
    if (!task?.suggestion || this.settings.blind || task.state === 'Discarded') return null;
    const top = task.suggestion.scores.find((s) => this.#labels.canBeSuggested(s.classId));
    return top ? { classId: top.classId, probability: top.probability, source: task.suggestion.source } : null;
  }

  /** Where images may have several classes: those that Enter saves; null: none is to be saved yet. */
  chosen(task) {
    return this.choices && task ? this.choices.of(task, this.shownSuggestion(task)) : null;
  }

  showTask(task, { isSame = false } = {}) {
    this.#task = task;
    this.part('stage').dataset.imageId = task?.imageId ?? '';
    this.part('name').textContent = task?.fileName ?? '';
    this.part('size').textContent = task ? `${task.widthPx} × ${task.heightPx}` : '';
    this.part('flagged').hidden = !task?.isFlagged;
    this.part('skipped').hidden = !task?.wasSkipped;
    this.part('commented').hidden = !task?.openComments;
    this.part('commented').textContent = plural(task?.openComments ?? 0, 'comment', 'comments');
    this.#showLabel(task);
    const { advisers, isSecondLook } = this;
    this.chip.show(task, this.shownSuggestion(task), { labels: this.#labels, isBlind: this.settings.blind, isSecondLook, advisers });
    this.#showScores(task);
    if (task) this.#announce(task, isSame);
  }

  showHistory(timeline) {
    this.history.show(timeline);
  }

  showSaveState(state) {
    this.saveState.show(state);
  }

  showCounts(counts, queue, waiting) {
    if (waiting > 0 && this.#counts) return;
    // What the person has voted on is done for them, whatever the others say.
    const votedByYou = queue.votedByYou ?? 0;
    this.#counts = { ...queue, ...counts, labelled: counts.labelled + votedByYou, unlabelled: counts.unlabelled - votedByYou };
    const skipped = this.part('skipped-link');
    skipped.hidden = queue.skippedByYou === 0 || this.isSecondLook;
    skipped.textContent = `${queue.skippedByYou.toLocaleString('en')} skipped`;
    this.#drawCounts();
  }

  /** How many of the images labelled before a class existed wait for a second look. */
  showLeftToCheck(left) {
    if (this.isSecondLook && left !== null) this.part('recheck-left').textContent = plural(left, 'image', 'images');
  }

  addCounts(change) {
    if (!this.#counts) return;
    for (const [name, by] of Object.entries(change)) this.#counts[name] += by;
    this.#drawCounts();
  }

  showState(name, message) {
    this.root.dataset.state = name;
    if (message) this.part('state-message').textContent = message;
    if (name === 'done') this.#drawDone();
  }

  /** What came of the picture: 'loading', 'shown', 'broken', 'waiting' or 'signed-out'. */
  showPicture(state) {
    this.root.dataset.picture = state;
  }

  flash(kind, label) {
    const words = { Label: label?.name, Skip: 'Skipped', Discard: 'Discarded', Flag: 'Marked unsure', Unflag: 'Mark taken off', Undo: 'Undone', Redo: 'Done again' };
    // Discarded by a slip of the finger: the way back is told where the eyes are.
    const undo = kind === 'Discard' ? this.#undoKey : '';
    this.say(undo ? `${words[kind]} · ${undo} takes it back` : words[kind] ?? kind, label?.colour, undo ? 2500 : 900);
  }

  say(text, colour = '', shownForMs = 900) {
    const flash = this.part('flash');
    flash.textContent = text;
    flash.style.setProperty('--class-colour', colour || 'transparent');
    flash.dataset.shown = 'true';
    clearTimeout(this.#flashTimer);
    this.#flashTimer = setTimeout(() => delete flash.dataset.shown, shownForMs);
  }

  openFind(imageId) {
    if (imageId) this.find.open(imageId, this.chosen(this.#task) ?? []);
  }

  /** The keys on the buttons are those of this person. */
  showKeys(keymap) {
    this.root.toggleAttribute('data-keys-off', keymap.areOff);
    this.#undoKey = keymap.areOff ? '' : show(keymap.keysOf('undo')[0] ?? '');
    for (const kbd of this.root.querySelectorAll('[data-key-of]')) kbd.textContent = show(keymap.keysOf(kbd.dataset.keyOf)[0] ?? '');
    for (const button of this.root.querySelectorAll('[data-class-id]')) {
      const { hotkey, placeKey } = this.#classes.get(button.dataset.classId) ?? {};
      button.toggleAttribute('data-key-taken', !(hotkey ?? placeKey));
    }
  }

  toggleBlind() {
    if (this.settings.isBlindForAll) return this.say('This project hides suggestions from everybody');
    const input = this.root.querySelector('[data-setting="blind"]');
    input.checked = !input.checked;
    this.settings.set('blind', input.checked);
    this.say(input.checked ? 'Suggestions hidden' : 'Suggestions shown');
    this.actions.settingChanged('blind');
  }

  #showLabel(task) {
    const label = this.part('label');
    const given = task?.state === 'Labelled' ? this.#labels.of(task) : null;
    label.hidden = !task || task.state === 'Unlabelled';
    label.textContent = label.hidden ? '' : task.state === 'Discarded' ? `Discarded${task.discardReason ? `: ${task.discardReason}` : ''}` : `Labelled ${given?.name ?? 'with a class no longer in use'}`;
    label.style.setProperty('--class-colour', given?.colour ?? 'var(--mud-palette-text-disabled)');
  }

  #showScores(task) {
    const suggestion = this.settings.blind ? null : task?.suggestion;
    const scores = this.#labels.marginals(suggestion?.scores ?? []);
    const top = this.shownSuggestion(task);
    const suggested = (top && this.#labels.membersOf(top)) ?? [];
    const chosen = this.choices ? this.chosen(task) ?? [] : task?.state === 'Labelled' ? [task.classId] : [];
    const ranks = ranksOf([...scores].map(([classId, probability]) => ({ classId, probability })));
    for (const button of this.root.querySelectorAll('[data-class-id]')) {
      const id = button.dataset.classId;
      button.querySelector('[data-bar]').style.setProperty('--share', scores.get(id) ?? 0);
      button.toggleAttribute('data-suggested', suggested.includes(id));
      button.setAttribute('aria-pressed', String(chosen.includes(id)));
      button.parentElement.style.order = orderOf(id, ranks, this.settings.byScore);
    }
  }

  /** Another image; or, of the same one, what Enter saves now: a suggestion may have come, or a class was toggled. */
  #announce(task, isSame) {
    const chosen = this.chosen(task);
    const toSave = chosen ? ` To save: ${this.#labels.of({ classIds: chosen }).name}.` : '';
    const isNews = toSave !== this.#toSave;
    this.#toSave = toSave;
    if (isSame && isNews) this.part('announce').textContent = toSave.trim();
    if (isSame) return;
    const top = this.shownSuggestion(task);
    const suggested = top ? ` Suggestion: ${this.#labels.of(top).name}, ${percent(top.probability)}.` : '';
    const label = task.state === 'Labelled' ? ` Labelled ${this.#labels.of(task)?.name ?? ''}.` : '';
    this.part('announce').textContent = `Image ${task.fileName}.${label}${suggested}${toSave}`;
  }

  #drawCounts() {
    const { labelled, discarded, unlabelled } = this.#counts;
    const total = labelled + discarded + unlabelled;
    this.part('labelled').textContent = labelled.toLocaleString('en');
    this.part('left').textContent = unlabelled.toLocaleString('en');
    const bar = this.part('progress');
    bar.max = Math.max(1, total);
    bar.value = labelled + discarded;
    if (this.root.dataset.state === 'done') this.#drawDone();
  }

  #drawDone() {
    if (this.isSecondLook) {
      this.part('done-title').textContent = 'All looked at again';
    }
    if (this.isSecondLook && !this.recheck) {
      this.part('done-text').textContent = 'None of the selected images is left. Those that somebody else has open were passed over.';
      return;
    }
    if (this.recheck) {
      this.part('done-text').textContent = `No image that was labelled before “${this.recheck.name}” existed is left to check.`;
      return;
    }
    const { unlabelled = 0, labelled = 0, heldByOthers = 0, skippedByYou = 0, votedByYou = 0 } = this.#counts ?? {};
    this.part('done-title').textContent = unlabelled > 0 ? 'Nothing to hand out right now' : votedByYou > 0 ? 'You have labelled everything' : 'Everything is labelled';
    const others = heldByOthers > 0 ? ` Others have ${plural(heldByOthers, 'image', 'images')} open.` : '';
    const skipped = skippedByYou > 0 ? ` You skipped ${skippedByYou.toLocaleString('en')}.` : '';
    this.part('done-skipped').hidden = skippedByYou === 0 || unlabelled === 0;
    this.part('done-text').textContent = unlabelled === 0
      ? votedByYou > 0
        ? `${plural(votedByYou, 'image waits', 'images wait')} for what others say.`
        : `${plural(labelled, 'image has', 'images have')} a label. Train a model with them, or look through them in the grid.`
      : `${plural(unlabelled, 'image is', 'images are')} still without a label.${others}${skipped} What becomes free comes here by itself.`;
  }

  #click(event) {
    const classButton = event.target.closest('[data-class-id]');
    const commandButton = event.target.closest('[data-command]');
    const closer = event.target.closest('[data-close]');
    if (closer) closer.closest('dialog').close();
    if (classButton) this.actions.label(classButton.dataset.classId, this.#task?.imageId);
    else if (commandButton && !commandButton.disabled) this.actions.command(commandButton.dataset.command);
    else return;
    // A mouse click must not leave the focus on a button: the next Enter would press it again.
    if (event.detail > 0 && !document.querySelector('dialog[open]')) this.part('stage').focus({ preventScroll: true });
  }

  /** What the chosen order is good for, in one line. */
  #showOrder() {
    const note = this.part('order-note');
    const chosen = this.root.querySelector('[data-setting="order"]').selectedOptions[0];
    if (note && chosen) note.textContent = chosen.dataset.note;
  }

  #change(event) {
    const name = event.target.dataset?.setting;
    if (!name) return;
    this.settings.set(name, event.target.type === 'checkbox' ? event.target.checked : event.target.value);
    if (name === 'order') this.#showOrder();
    this.actions.settingChanged(name);
  }
}
