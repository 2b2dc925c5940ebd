// Drop a folder or files, or pick them; progress, a result for each file, retry and cancel.

import { address, post } from '../connection.js';
import { oncePerFrame, plural } from '../dom.js';
import { sendArchive } from './archives.js';
import { fromDrop, fromInput, isArchive, withClassFolder } from './collect-files.js';
import { ResultList } from './result-list.js';
import { Uploader } from './uploader.js';

export function start(root, options) {
  return new UploadPanel(root, options);
}

class UploadPanel {
  #items = [];
  // The chosen files, and what an archive held that was not added.
  #lines = [];
  #settledCount = 0;
  #counts = {};
  #show = 'all';
  #isBusy = false;
  #isUnpacking = false;
  #batchId = null;
  #splits = [];
  #ignored = 0;
  #abort = new AbortController();
  #sending = new AbortController();

  /** Thousands of results come in a second. */
  #refresh = oncePerFrame(() => this.#draw());

  constructor(root, options) {
    this.root = root;
    this.url = address(`api/v1/projects/${options.projectId}/uploads`);
    this.limits = { maxFileBytes: options.maxFileBytes, maxArchiveBytes: options.maxArchiveBytes };
    this.list = new ResultList(this.#part('results'));
    this.uploader = null;
    this.#listen();
    root.dataset.ready = 'true';
  }

  dispose() {
    this.#abort.abort();
    this.#cancel();
  }

  #cancel() {
    this.#sending.abort();
    this.uploader?.cancel();
  }

  #part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  #listen() {
    const options = { signal: this.#abort.signal };
    const drop = this.#part('drop');
    // A drop beside the field would make the browser leave the page and open the file.
    for (const name of ['dragover', 'drop']) document.addEventListener(name, (e) => e.preventDefault(), options);
    let depth = 0;
    document.addEventListener('dragenter', () => drop.toggleAttribute('data-over', ++depth > 0), options);
    document.addEventListener('dragleave', () => drop.toggleAttribute('data-over', --depth > 0), options);
    document.addEventListener('drop', async (e) => {
      depth = 0;
      drop.removeAttribute('data-over');
      if (e.dataTransfer?.types.includes('Files')) await this.#take(() => fromDrop(e.dataTransfer, (n) => this.#say(`Looking through the folder: ${plural(n, 'file', 'files')} …`)));
    }, options);
    for (const name of ['pick-files', 'pick-folder', 'pick-archive']) {
      const input = this.#part(`${name}-input`);
      this.#part(name).addEventListener('click', () => input.click(), options);
      input.addEventListener('change', async () => {
        await this.#take(() => fromInput(input));
        input.value = '';
      }, options);
    }
    // A class for all and one by folder can't both be meant.
    this.#part('folder-names').addEventListener('change', (e) => e.target.checked && this.#part('class') && (this.#part('class').value = ''), options);
    this.root.addEventListener('change', (e) => {
      if (e.target === this.#part('class') && e.target.value) this.#part('folder-names').checked = false;
    }, options);
    this.#part('cancel').addEventListener('click', () => this.#cancel(), options);
    this.#part('retry').addEventListener('click', () => this.#retry(), options);
    this.#part('filter').addEventListener('change', (e) => {
      this.#show = e.target.value;
      this.#draw();
    }, options);
    window.addEventListener('beforeunload', (e) => {
      if (this.#isBusy) e.preventDefault();
    }, options);
  }

  async #take(collect) {
    if (this.#isBusy) return this.#say('Wait until the present upload has ended, or cancel it.');
    this.#isBusy = true;
    this.root.dataset.state = 'collecting';
    const { files, ignored } = await collect();
    this.#isBusy = false;
    this.#ignored = ignored;
    if (files.length === 0) {
      this.root.dataset.state = 'idle';
      return this.#say('There is no file in what you dropped.');
    }
    const archives = files.filter(isArchive);
    const loose = withClassFolder(files.filter((f) => !isArchive(f)));
    this.#splits = loose.splits;
    this.#items = [...loose.files, ...archives];
    this.#lines = [...this.#items];
    this.#settledCount = 0;
    this.#counts = {};
    this.#batchId = null;
    await this.#run(this.#items);
  }

  /** A zip goes as it is, one after the other; what it held and was not added stands below in the list. */
  async #takeArchives(archives) {
    for (const item of archives) {
      this.#isUnpacking = true;
      this.#say(`Sending and unpacking ${item.path} …`);
      this.#draw();
      const { report, ...end } = await sendArchive(this.url, item, {
        useFolderNames: this.#part('folder-names').checked, classId: this.#part('class')?.value, limits: this.limits, signal: this.#sending.signal,
      });
      Object.assign(item, end);
      this.#isUnpacking = false;
      this.#settledCount += 1;
      if (!report) {
        this.#count(item.outcome, 1);
        continue;
      }
      this.#lines.push(...report.problems.map((p) => ({ path: `${item.path}/${p.fileName}`, outcome: p.outcome, reason: p.reason })));
      this.#count('Added', report.added);
      this.#count('Duplicate', report.duplicates);
      this.#count('Refused', report.refused);
    }
  }

  /** Where the files go, the class for all of them where one is chosen, and the folders that tell splits. */
  #query(batchId) {
    const classId = this.#part('class')?.value;
    return new URLSearchParams({ batchId, ...(classId && { classId }), ...(this.#splits.length > 0 && { splitFolders: this.#splits.join(',') }) });
  }

  async #retry() {
    const again = this.#items.filter((i) => i.outcome === 'Failed' || i.outcome === 'Cancelled');
    for (const item of again) {
      this.#count(item.outcome, -1);
      this.#settledCount -= 1;
      item.outcome = null;
      item.reason = null;
    }
    await this.#run(again);
  }

  async #run(items) {
    this.#isBusy = true;
    this.#sending = new AbortController();
    this.root.dataset.state = 'sending';
    this.#say('');
    this.#draw();
    try {
      await this.#takeFiles(items.filter((i) => !isArchive(i)));
      await this.#takeArchives(items.filter(isArchive));
      this.#say('');
    } catch (error) {
      for (const item of items.filter((i) => !i.outcome)) this.#settled(Object.assign(item, { outcome: 'Failed', reason: error.message }));
      this.#say(error.message);
    }
    this.#isBusy = false;
    this.root.dataset.state = 'done';
    this.#draw();
  }

  async #takeFiles(files) {
    if (files.length === 0) return;
    this.#batchId ??= (await post(`${this.url}/batches`, {
      name: batchName(this.#items.filter((i) => !isArchive(i))),
      useFolderNames: this.#part('folder-names').checked,
    })).batchId;
    this.uploader = new Uploader(`${this.url}?${this.#query(this.#batchId)}`, this.limits, (item) => this.#settled(item));
    await this.uploader.send(files);
  }

  #settled(item) {
    this.#settledCount += 1;
    this.#count(item.outcome, 1);
    this.#refresh();
  }

  #count(outcome, by) {
    this.#counts[outcome] = (this.#counts[outcome] ?? 0) + by;
  }

  #draw() {
    const { Added = 0, Duplicate = 0, Refused = 0, Failed = 0, Cancelled = 0 } = this.#counts;
    const bar = this.#part('progress');
    bar.max = Math.max(1, this.#items.length);
    // Nobody knows how far an archive is.
    if (this.#isUnpacking) bar.removeAttribute('value');
    else bar.value = this.#settledCount;
    const parts = [plural(Added, 'image added', 'images added')];
    if (Duplicate) parts.push(plural(Duplicate, 'duplicate', 'duplicates'));
    if (Refused) parts.push(`${Refused.toLocaleString('en')} refused`);
    if (Failed) parts.push(`${Failed.toLocaleString('en')} failed`);
    if (Cancelled) parts.push(`${Cancelled.toLocaleString('en')} not sent`);
    if (this.#ignored) parts.push(`${plural(this.#ignored, 'system file', 'system files')} left out`);
    this.#part('summary').textContent = `${this.#settledCount.toLocaleString('en')} of ${this.#items.length.toLocaleString('en')}: ${parts.join(', ')}`;
    this.#part('retry').hidden = this.#isBusy || Failed + Cancelled === 0;
    this.list.show(this.#show === 'all' ? this.#lines : this.#lines.filter((i) => i.reason || (i.outcome && i.outcome !== 'Added')));
  }

  #say(text) {
    this.#part('message').textContent = text;
  }
}

/** The folder's name where all files come from one, else a number of files. */
function batchName(items) {
  const folders = new Set(items.map((i) => (i.path.includes('/') ? i.path.slice(0, i.path.indexOf('/')) : '')));
  const [only] = folders;
  return folders.size === 1 && only ? only : plural(items.length, 'file', 'files');
}
