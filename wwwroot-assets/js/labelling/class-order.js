// The order of the class buttons. Pure.

/** The place of each class by its probability, the most probable first. */
export const ranksOf = (scores) => new Map([...scores].sort((a, b) => b.probability - a.probability).map((s, i) => [s.classId, i]));

/** CSS order of a class's button: by probability where that is wished and known, the rest behind; else '' as they are listed. */
export const orderOf = (classId, ranks, byScore) => (byScore && ranks.size > 0 ? ranks.get(classId) ?? 9999 : '');
