// "All saved", "3 waiting", and the decisions that need an answer.

import { address } from '../connection.js';
import { element, plural } from '../dom.js';

export class SaveState {
  #savingTimer = null;

  #wasSignedOut = false;

  constructor(line, problems, signIn, actions) {
    this.line = line;
    this.problems = problems;
    this.signIn = signIn;
    this.actions = actions;
  }

  show({ status, waiting, problems }, classes) {
    clearTimeout(this.#savingTimer);
    // Honest at once, so that nobody leaves on an old "All saved"; the number only where it takes long enough to be read.
    if (status === 'saved' && waiting > 0) {
      this.#draw('sending', waiting);
      this.#savingTimer = setTimeout(() => this.#draw('saving', waiting), 400);
    } else this.#draw(waiting === 0 ? 'saved' : status, waiting);
    this.#askToSignIn(status === 'signed-out' && waiting > 0, waiting);
    this.#drawProblems(problems, classes);
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

  #drawProblems(problems, classes) {
    const key = problems.map((p) => p.id).join();
    if (this.problems.dataset.key === key) return;
    this.problems.dataset.key = key;
    this.problems.replaceChildren(...problems.slice(0, 3).map((p) => this.#card(p, classes)));
    if (problems.length > 3) this.problems.append(element('p', {}, `${plural(problems.length - 3, 'more decision needs', 'more decisions need')} an answer.`));
  }

  #card(entry, classes) {
    const { problem } = entry;
    const isConflict = problem.outcome === 'Conflict';
    const theirs = classes.get(problem.classId)?.name;
    const own = classes.get(entry.classId)?.name ?? entry.className;
    const who = problem.conflictUserName ?? 'someone else';
    const own2 = entry.kind === 'Label' ? `Use ${own}` : `${entry.kind} it`;
    const text = isConflict
      ? theirs ? `was labelled ${theirs} by ${who} meanwhile.` : `was changed by ${who} meanwhile.`
      : `was not saved: ${problem.message}`;
    const answer = (useOwn) => () => this.actions.resolve(entry.id, useOwn);
    return element('div', { class: 'lsn-problem', role: 'alert' },
      element('img', { src: address(`images/${entry.imageId}/thumbnail?v=${entry.sha256}`), alt: '', width: 56, height: 56 }),
      element('p', {}, element('strong', {}, entry.fileName ?? 'An image'), ` ${text}`),
      isConflict
        ? element('div', {},
          element('button', { type: 'button', onclick: answer(false) }, theirs ? `Keep ${theirs}` : 'Leave it'),
          element('button', { type: 'button', onclick: answer(true) }, own2))
        : element('div', {}, element('button', { type: 'button', onclick: answer(false) }, 'Dismiss')));
  }
}
