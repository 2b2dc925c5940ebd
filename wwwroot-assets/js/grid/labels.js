// Labels of images that may have several classes: a class, or a combination of several or none. Pure.

/** Classes and combinations as the page tells them, with the classes of a combination as a list. */
export const withMembers = (classes) => classes.map((c) => ({ ...c, members: typeof c.members === 'string' ? c.members.split(' ').filter(Boolean) : null }));

/** The ids of the classes that a label stands for; none where there is no label. */
export const membersOf = (label) => (label ? label.members ?? [label.id] : []);

/** The ids of an image's classes after a change. */
function after(change, before, given, isNegative) {
  if (change === 'Remove') return before.filter((id) => !given.includes(id));
  // "None of these" goes with no other class: what is given last holds.
  return change === 'Replace' || given.some(isNegative) ? given : [...new Set([...before.filter((id) => !isNegative(id)), ...given])];
}

/** The label that stands for these classes; one that nobody gave before has no id on the server yet. classes: a map in the classes' order. */
export function labelOf(ids, classes) {
  const isSame = (members) => members.length === ids.length && members.every((id) => ids.includes(id));
  const known = [...classes.values()].find((label) => isSame(membersOf(label)));
  if (known) return known;
  const members = [...classes.values()].filter((label) => ids.includes(label.id));
  return { id: `new ${members.map((label) => label.id).join(' ')}`, name: nameOf(members), colour: members[0]?.colour ?? '#6b7c93', members: members.map((label) => label.id), isNew: true };
}

/**
 * What becomes of a tile, drawn before the server has answered. set: { classIds, change }. A combination that is new is kept
 * among the classes until the page tells of them.
 */
export function changed(tile, { classIds, change }, classes) {
  const before = membersOf(classes.get(tile.classId));
  const ids = after(change, before, classIds, (id) => classes.get(id)?.isNegative === true);
  // Who lacks the classes keeps the label, also the one that says there are none; who loses the last one has none any more.
  if (change === 'Remove' && ids.length === before.length) return {};
  if (change === 'Remove' && ids.length === 0) return { state: 'Unlabelled', classId: null };
  const label = labelOf(ids, classes);
  classes.set(label.id, label);
  return { state: 'Labelled', classId: label.id };
}

export const nameOf = (classes) => (classes.length === 0 ? 'No class' : classes.map((c) => c.name).join(' + '));

/** What became of the images: "12 images labelled Cat as well." */
const DONE = { Replace: (name) => `labelled ${name}`, Add: (name) => `labelled ${name} as well`, Remove: (name) => `without ${name} now` };

export const done = (change, name) => DONE[change](name);

/** Of those that were as they should be already. */
export function same(change, count, classCount) {
  if (change === 'Replace' || count <= 0) return '';
  const what = classCount === 1 ? 'it' : 'them';
  return change === 'Add' ? ` ${count.toLocaleString('en')} had ${what} already.` : ` ${count.toLocaleString('en')} did not have ${what}.`;
}

/** The dot of a label: the colours of its classes, side by side. */
export function dotOf(label, classes) {
  const colours = membersOf(label).map((id) => classes.get(id)?.colour).filter(Boolean);
  if (colours.length < 2) return colours[0] ?? label.colour;
  const part = 100 / colours.length;
  return `linear-gradient(90deg, ${colours.map((colour, i) => `${colour} ${i * part}% ${(i + 1) * part}%`).join(', ')})`;
}

/** What a person would not expect of their action. */
export const aside = ({ leftOut }) =>
  leftOut > 0 ? ` ${leftOut.toLocaleString('en')} ${leftOut === 1 ? 'was' : 'were'} decided upon meanwhile and left alone.` : '';
