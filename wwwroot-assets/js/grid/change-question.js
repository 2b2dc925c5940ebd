// Says what there is before very many images are changed, or labels are lost.

import { labelOf } from './labels.js';

export class ChangeQuestion {
  #isAsking = false;

  /** stateOf(id): of an image, as far as it is known. */
  constructor(dotnet, bulk, stateOf) {
    this.dotnet = dotnet;
    this.bulk = bulk;
    this.stateOf = stateOf;
  }

  /**
   * change: { done: what the images will be; kind: of a decision that goes over labels; classId: the label they get; set: where
   * images may have several classes, in its place }. No while the person is asked about another action.
   */
  async isSure(ids, { done, kind = null, classId = null, set = null }, classes) {
    if (this.#isAsking) return false;
    const isLong = this.bulk.isLarge(ids);
    const replaces = kind && ['Label', 'Clear', 'Discard'].includes(kind) && !ids.every((id) => this.stateOf(id) === 'Unlabelled');
    if (!isLong && !replaces) return true;
    this.#isAsking = true;
    try {
      const now = replaces || set ? await this.bulk.count(ids) : null;
      if (set && set.change !== 'Replace') {
        return await this.dotnet.invokeMethodAsync('ConfirmSetChangeAsync', { count: ids.length, now, classIds: set.classIds, removes: set.change === 'Remove', isLong });
      }
      const label = set && labelOf(set.classIds, classes);
      const given = label ? (label.isNew ? null : label.id) : classId;
      return await this.dotnet.invokeMethodAsync('ConfirmChangeAsync', { count: ids.length, done, now, classId: given, discards: kind === 'Discard', isLong });
    } finally {
      this.#isAsking = false;
    }
  }
}
