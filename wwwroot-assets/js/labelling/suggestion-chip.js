// The button below the picture that says what Enter does: accept what the model suggests, keep a label, or save the classes chosen.

import { percent } from '../dom.js';

export class SuggestionChip {
  /** choices: null where an image has one class. */
  constructor(chip, choices) {
    this.chip = chip;
    this.choices = choices;
  }

  /** suggestion: as the person sees it; advisers: names of those who suggest now, null: not told yet. */
  show(task, suggestion, { labels, isBlind, isSecondLook, advisers }) {
    const kept = isSecondLook && task?.state === 'Labelled' ? labels.of(task) : null;
    if (kept && !this.choices) return this.#showKept(kept);
    this.chip.hidden = !task;
    const isStale = Boolean(suggestion && advisers && !advisers.includes(suggestion.source));
    this.chip.toggleAttribute('data-stale', isStale);
    if (task && this.choices) this.#showChoice(task, suggestion, { labels, isBlind, isStale });
    else this.#showSuggestion(suggestion, { labels, isBlind, isStale });
  }

  #showSuggestion(suggestion, { labels, isBlind, isStale }) {
    const suggested = suggestion && labels.of(suggestion);
    this.#enable(suggested);
    this.#text('class', suggested?.name ?? (isBlind ? 'Suggestions hidden' : 'No suggestion yet'));
    this.#text('probability', suggestion ? percent(suggestion.probability) : '');
    this.#text('source', suggestion ? `${suggestion.source}${isStale ? ' · out of date' : ''}` : '');
    this.chip.title = suggestion ? `Suggested by ${suggestion.source === 'live head' ? 'the live head' : suggestion.source}${isStale ? ', which suggests nothing any more' : ''}` : '';
  }

  /** In a second look the label that is there is what Enter keeps. */
  #showKept(kept) {
    this.chip.hidden = false;
    this.chip.removeAttribute('data-stale');
    this.chip.title = '';
    this.#enable(kept);
    this.#text('class', `Keep ${kept.name}`);
    this.#text('probability', '');
    this.#text('source', 'so far');
  }

  /** What Enter saves, and below it what the model thinks of the image. */
  #showChoice(task, suggestion, { labels, isBlind, isStale }) {
    const classIds = this.choices.of(task, suggestion);
    const label = classIds && labels.of({ classIds });
    this.#enable(label);
    const verb = label && this.choices.isOfLabel(task, classIds) ? 'Keep' : 'Save';
    this.#text('class', label ? `${verb} ${label.name}` : 'Choose its classes');
    this.chip.title = label?.name ?? '';
    const suggested = suggestion && labels.of(suggestion);
    const said = suggested ? `${suggestion.source}: ${classIds && this.choices.isOfSuggestion(suggestion, classIds) ? 'the same' : suggested.name}` : '';
    this.#text('source', said ? `${said}${isStale ? ' · out of date' : ''}` : isBlind ? 'Suggestions hidden' : 'No suggestion yet');
    this.#text('probability', suggested ? percent(suggestion.probability) : '');
  }

  #enable(label) {
    this.chip.dataset.empty = String(!label);
    this.chip.disabled = !label;
    this.chip.style.setProperty('--class-colour', label?.colour ?? 'transparent');
  }

  #text(part, text) {
    this.chip.querySelector(`[data-part="suggestion-${part}"]`).textContent = text;
  }
}
