// What the address of the grid asks for, as far as it changes how the images are shown.

export const similarTo = (query) => Number(new URLSearchParams(query).get('similar')) || null;

export const groupBy = (query) => new URLSearchParams(query).get('group');

/** The person looks for labels that are wrong: what the model thinks stands beside them. */
export const judgesLabels = (query) => {
  const asked = new URLSearchParams(query);
  return asked.has('agrees') || ['doubtful', 'trusted'].includes(asked.get('sort'));
};
