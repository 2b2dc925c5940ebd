// "All saved", "3 waiting", and the decisions that need an answer.

import { address } from '../connection.js';
import { element, plural } from '../dom.js';

export class SaveState {
  #savingTimer = null;

  #wasSignedOut = false;

  #labels = null;

  #shown = [];

  constructor(line, problems, signIn, actions) {
    this.line = line;
    this.problems = problems;
    this.signIn = signIn;
    this.actions = actions;
  }

  /** A label that somebody made a moment ago has a name by now. */
  setLabels(labels) {
    this.#labels = labels;
    this.#drawProblems(this.#shown);
  }

  show({ status, waiting, problems }) {
    clearTimeout(this.#savingTimer);
    // Honest at once, so that nobody leaves on an old "All saved"; the number only where it takes long enough to be read.
    if (status === 'saved' && waiting > 0) {
      this.#draw('sending', waiting);
      this.#savingTimer = setTimeout(() => this.#draw('saving', waiting), 400);
    } else this.#draw(waiting === 0 ? 'saved' : status, waiting);
    this.#askToSignIn(status === 'signed-out' && waiting > 0, waiting);
    this.#drawProblems(problems);
  }

  /** Once for each time the sign-in ends; who closes it can go on, and finds the link in the line. */
  #askToSignIn(isSignedOut, waiting) {
    this.signIn.querySelector('[data-waiting]').textContent = plural(waiting, 'decision waits', 'decisions wait');
    if (isSignedOut && !this.#wasSignedOut) this.signIn.showModal();
    else if (!isSignedOut && this.signIn.open) this.signIn.close();
    this.#wasSignedOut = isSignedOut;
  }

  #draw(status, waiting) {
    const text = {
      saved: 'All saved',
      sending: 'Saving …',
      saving: `${waiting} waiting`,
      offline: `${waiting} waiting, no connection.`,
      'signed-out': `${waiting} waiting, signed out.`,
      'other-user': `${waiting} waiting, another person is signed in.`,
    }[status];
    if (this.line.dataset.status === status && this.line.textContent === text) return;
    this.line.dataset.status = status;
    this.line.title = waiting > 0 ? 'Nothing is lost: decisions are kept in this browser and sent in order as soon as that is possible.' : '';
    this.line.replaceChildren(text);
    if (status === 'signed-out' || status === 'other-user') {
      this.line.append(' ', element('a', { href: address('account/login'), target: '_blank', rel: 'noopener' }, 'Sign in'));
    }
    if (status === 'offline') this.line.append(' ', element('button', { type: 'button', onclick: () => this.actions.retry() }, 'Try now'));
  }

  #drawProblems(problems) {
    this.#shown = problems;
    const key = problems.map((p) => `${p.id} ${this.#theirs(p)}`).join();
    if (this.problems.dataset.key === key) return;
    this.problems.dataset.key = key;
    this.problems.replaceChildren(...problems.slice(0, 3).map((p) => this.#card(p)));
    if (problems.length > 3) this.problems.append(element('p', {}, `${plural(problems.length - 3, 'more decision needs', 'more decisions need')} an answer.`));
  }

  #theirs({ problem }) {
    return this.#labels.of({ classId: problem.classId })?.name;
  }

  #card(entry) {
    const { problem } = entry;
    const isConflict = problem.outcome === 'Conflict';
    const theirs = this.#theirs(entry);
    const own = this.#labels.of(entry)?.name ?? entry.className;
    const who = problem.conflictUserName ?? 'someone else';
    const use = entry.kind === 'Label' ? `Use ${own}` : `${entry.kind} it`;
    const when = problem.conflictUtc ? ` ${ago(problem.conflictUtc)}` : ' meanwhile';
    const text = isConflict
      ? `${happened(problem, theirs)} by ${who}${when}.`
      : `was not saved: ${problem.message}`;
    const button = (answer, words, title) => element('button', { type: 'button', title, onclick: () => this.actions.resolve(entry.id, answer) }, words);
    return element('div', { class: 'lsn-problem', role: 'alert' },
      element('img', { src: address(`images/${entry.imageId}/thumbnail?v=${entry.sha256}`), alt: '', width: 56, height: 56 }),
      element('p', {}, element('strong', {}, entry.fileName ?? 'An image'), ` ${text}`),
      isConflict
        ? element('div', {},
          button('keep', theirs ? `Keep ${theirs}` : 'Leave it'),
          button('use', use),
          button('review', 'Second look', 'Keeps it as it is, marked unsure: somebody looks at it again'))
        : element('div', {},
          // The choice can't be kept as it was; the image is one click away for another.
          entry.kind === 'Label' ? element('button', { type: 'button', onclick: () => this.actions.showAgain(entry) }, 'Show the image') : null,
          button('keep', 'Dismiss')));
  }
}

/** What the other person made of the image. */
function happened({ state }, theirs) {
  if (state === 'Discarded') return 'was discarded';
  if (state === 'Unlabelled') return 'lost its label';
  return theirs ? `was labelled ${theirs}` : 'was changed';
}

/** "20 s ago": how fresh the other decision is tells whether two people are at it right now. */
function ago(utc) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(utc.endsWith('Z') ? utc : `${utc}Z`)) / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
