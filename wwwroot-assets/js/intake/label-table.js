// Labels images that are there by a table: sends it, follows the job that gives the labels, tells the rows that gave none.

import { address, post } from '../connection.js';
import { plural } from '../dom.js';
import { BulkJobs } from '../grid/bulk-jobs.js';
import { ResultList } from './result-list.js';

export function start(root, options) {
  const table = new LabelTable(root, options);
  table.resume();
  return table;
}

class LabelTable {
  #isBusy = false;
  #abort = new AbortController();

  constructor(root, options) {
    this.root = root;
    this.url = address(`api/v1/projects/${options.projectId}/`);
    this.jobs = new BulkJobs(options.projectId, this.#abort.signal);
    this.list = new ResultList(this.#part('problems'));
    const listen = { signal: this.#abort.signal };
    const input = this.#part('input');
    this.#part('pick').addEventListener('click', () => input.click(), listen);
    input.addEventListener('change', async () => {
      const [file] = input.files;
      if (file) await this.#busy(() => this.#take(file));
      input.value = '';
    }, listen);
    this.#part('cancel-table').addEventListener('click', () => this.jobs.cancel().catch((error) => this.#say(error.message)), listen);
    this.#part('undo-table').addEventListener('click', () => this.#busy(() => this.#undo()), listen);
    root.dataset.ready = 'true';
  }

  dispose() {
    this.#abort.abort();
  }

  /** A table may be at work since before the page was opened; which of its rows gave no label is not known any more. */
  async resume() {
    const job = await this.jobs.last().catch(() => null);
    if (job?.state === 'Running' && job.action === 'Import') await this.#busy(() => this.#follow(''));
  }

  #part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  async #take(file) {
    this.#say(`Reading ${file.name} …`);
    this.#show([]);
    const form = new FormData();
    form.append('file', file, file.name);
    const report = await post(`${this.url}uploads/labels`, form, { signal: this.#abort.signal });
    this.#show(report.problems.map((p) => ({ path: `row ${p.row}: ${p.name}`, outcome: 'Kept', reason: p.reason })));
    const aside = [
      report.already && `${report.already.toLocaleString('en')} had that label`,
      report.conflicts && plural(report.conflicts, 'conflict', 'conflicts'),
      report.unknown && `${report.unknown.toLocaleString('en')} not in this project`,
      report.refused && `${report.refused.toLocaleString('en')} refused`,
      report.withoutClass && `${report.withoutClass.toLocaleString('en')} without a class`,
      report.newClasses.length && `${plural(report.newClasses.length, 'class', 'classes')} made: ${report.newClasses.slice(0, 5).join(', ')}${report.newClasses.length > 5 ? ' …' : ''}`,
    ].filter(Boolean).join(', ');
    const rest = `${plural(report.rows, 'row', 'rows')}${aside ? `: ${aside}` : ''}.`;
    if (report.job) await this.#follow(rest);
    else this.#say(`No image was labelled. ${rest}`);
  }

  async #follow(rest) {
    this.#part('undo-table').hidden = true;
    this.#part('cancel-table').hidden = false;
    const job = await this.jobs.follow(({ done, total }) => this.#say(`Labelling: ${done.toLocaleString('en')} of ${plural(total, 'image', 'images')} …`));
    if (!job) return;
    const leftOut = job.leftOut > 0 ? ` ${job.leftOut.toLocaleString('en')} ${job.leftOut === 1 ? 'was' : 'were'} decided upon meanwhile and left alone.` : '';
    const cancelled = job.state === 'Cancelled' ? ' before it was cancelled' : '';
    this.#say(job.problem ?? `${plural(job.changed, 'image', 'images')} labelled${cancelled}.${leftOut} ${rest}`);
    this.#part('undo-table').hidden = job.changed === 0;
  }

  async #undo() {
    const result = await post(`${this.url}labelling/undo`, {});
    this.#say(result ? result.message ?? `Undone for ${plural(result.imageCount, 'image', 'images')}.` : 'Nothing to undo.');
    this.#part('undo-table').hidden = true;
  }

  async #busy(work) {
    if (this.#isBusy) return this.#say('Wait until the present table has ended, or cancel it.');
    this.#isBusy = true;
    try {
      await work();
    } catch (error) {
      if (error.name !== 'AbortError') this.#say(error.message);
    }
    this.#isBusy = false;
    this.#part('cancel-table').hidden = true;
  }

  #show(problems) {
    this.#part('problems').hidden = problems.length === 0;
    this.list.show(problems);
  }

  #say(text) {
    this.#part('message').textContent = text;
  }
}
